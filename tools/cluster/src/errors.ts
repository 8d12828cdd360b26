import { defineErrors, type DefinedErrors } from '@ringkeeper/core'

const table = {
  JAVA_MISSING: (data: { tried: string }): string =>
    `${data.tried} cannot be started; install Java 17 or newer (a JRE is enough), or set JAVA_HOME to one`,
  JAVA_TOO_OLD: (data: { java: string; version: string; needed: number }): string =>
    `${data.java} is Java ${data.version}; install Java ${data.needed} or newer, or set JAVA_HOME to one`,
  MAVEN_MISSING: (data: { artifact: string }): string =>
    `mvn cannot be started and ${data.artifact} is not downloaded yet; install Maven 3.6 or newer`,
  DOWNLOAD_FAILED: (data: { artifact: string; output: string }): string =>
    `Maven could not download ${data.artifact}; check the network and Maven's settings.xml, or choose another version: ${data.output}`,
  BAD_OPTION: (data: { option: string; value: string; expected: string }): string =>
    `${data.option} is ${data.value}; give ${data.expected}`,
  ALREADY_RUNNING: (data: { name: string }): string =>
    `cluster ${data.name} is running already; end it with "cluster down --name ${data.name}" or choose another --name`,
  NOT_RUNNING: (data: { name: string }): string =>
    `no cluster ${data.name} is running; start it with "cluster up --name ${data.name}"`,
  START_FAILED: (data: { name: string; log: string; reason: string }): string =>
    `cluster ${data.name} did not start: ${data.reason}; its logs are in ${data.log}`,
  PORT_TAKEN: (data: { port: number }): string =>
    `port ${data.port} of 127.0.0.1 is taken; choose another, or none for a free one`,
  SERVER_DIED: (data: { server: string; log: string; tail: string }): string =>
    `${data.server} ended before it answered; see ${data.log}: ${data.tail}`,
  NOT_READY: (data: { server: string; timeout: number; log: string }): string =>
    `${data.server} does not answer after ${data.timeout} ms; see ${data.log}, or start it without waiting`,
  NO_LEADERS: (data: { topic: string; timeout: number }): string =>
    `topic ${data.topic} has no leaders after ${data.timeout} ms; see the log of kafka-1`,
  NO_SUCH_SERVER: (data: { server: string; servers: readonly string[] }): string =>
    `there is no server ${data.server}; the cluster has ${data.servers.join(', ')}`,
  NO_SUCH_LINK: (data: { from: string; to: string }): string =>
    `there is no link between ${data.from} and ${data.to}; links are between two different ZooKeeper servers of an ensemble`,
  WRONG_STATE: (data: { server: string; state: string; action: string }): string =>
    `${data.server} is ${data.state}, so ${data.action} does nothing; see "cluster status"`,
  NO_SUCH_TOOL: (data: { tool: string; tools: readonly string[] }): string =>
    `there is no Kafka tool ${data.tool}; choose one of ${data.tools.join(', ')}`,
  TOOL_FAILED: (data: { tool: string; exitCode: number; output: string }): string =>
    `${data.tool} ended with exit code ${data.exitCode}: ${data.output}`,
  NO_SUCH_SERVICE: (data: { name: string; service: string }): string =>
    `cluster ${data.name} was started without ${data.service}; start it without --only`,
}

/** The errors of the local cluster; every code starts with RK_CLUSTER_. */
export const errors: DefinedErrors<'RK_CLUSTER_', typeof table> = defineErrors('RK_CLUSTER_', table)
