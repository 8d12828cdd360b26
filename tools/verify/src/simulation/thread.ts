// One thread of a run: every step-th seed of a range.
import { parentPort, workerData } from 'node:worker_threads'
import { Simulation } from './simulation.ts'

// Lost connections make many errors, and nobody reads where they come from.
Error.stackTraceLimit = 0

const { from, to, step } = workerData as { from: number; to: number; step: number }
for (let seed = from; seed < to; seed += step) {
  parentPort?.postMessage(await new Simulation(seed).run())
}
