import type { AddCommand } from '@ringkeeper/command-line'
import { addLab } from './partition/lab.ts'

/** `partition lab`: for people who choose a partitioner. */
export const partition: AddCommand = (program, io) => {
  const command = program
    .command('partition')
    .description('Try partitioners: how even they are, what another number of partitions moves, how fast they are')
  addLab(command, io)
}
