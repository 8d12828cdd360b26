import { parseDuration } from '@ringkeeper/core'
import { z } from 'zod'
import type { InnerConfig } from './kafkajs/inside.ts'

/** TLS as kafkajs takes it: `true`, or options of Node's `tls.connect`. Certificates and keys are PEM. */
export type SslOptions =
  | boolean
  | {
      readonly ca?: string | string[] | undefined
      readonly cert?: string | string[] | undefined
      readonly key?: string | string[] | undefined
      readonly passphrase?: string | undefined
      readonly servername?: string | undefined
      readonly rejectUnauthorized?: boolean | undefined
    }

/** A login as kafkajs takes it. */
export type SaslOptions =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'aws'
      readonly authorizationIdentity: string
      readonly accessKeyId: string
      readonly secretAccessKey: string
      readonly sessionToken?: string | undefined
    }
  | { readonly mechanism: 'oauthbearer'; readonly oauthBearerProvider: () => Promise<{ readonly value: string }> }

/** The options of a connection, which source and sink share, after validation; durations in milliseconds. */
export interface ConnectionOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: string[]
  /** What brokers log. */
  readonly clientId: string
  readonly ssl: SslOptions
  readonly sasl: SaslOptions | undefined
  /** For one connection to be made. */
  readonly connectionTimeout: number
  /** For one request to be answered; then its connection is reset and the request made again. */
  readonly requestTimeout: number
}

/** One schema for each option. */
export type Shape<Options> = { readonly [Name in keyof Options]-?: z.ZodType<Options[Name], unknown> }

/** Milliseconds that timers and the protocol have room for. */
const LONGEST = 0x7fff_ffff

/** A duration option: milliseconds, or text such as `500ms` or `1m`. */
export function duration(fallback: number): z.ZodType<number, unknown> {
  return z
    .union([z.number(), z.string()])
    .refine((value) => parseDuration(value) !== undefined, 'expected milliseconds or text such as 500ms, 4s or 1m')
    .refine((value) => (parseDuration(value) ?? 0) <= LONGEST, 'expected at most 24 days')
    .default(fallback)
    .transform((value) => parseDuration(value) ?? fallback)
}

const pem = z.union([z.string(), z.array(z.string())])

const ssl = z.union([
  z.boolean(),
  z.strictObject({
    ca: pem.optional(),
    cert: pem.optional(),
    key: pem.optional(),
    passphrase: z.string().optional(),
    servername: z.string().optional(),
    rejectUnauthorized: z.boolean().optional(),
  }),
])

const passwordLogin = z.strictObject({
  mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
  username: z.string(),
  password: z.string(),
})

const awsLogin = z.strictObject({
  mechanism: z.literal('aws'),
  authorizationIdentity: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string().optional(),
})

const tokenLogin = z.strictObject({
  mechanism: z.literal('oauthbearer'),
  oauthBearerProvider: z
    .any()
    .refine((value) => typeof value === 'function', 'expected a function that resolves to { value: token }'),
})

const connectionSchemas: Shape<ConnectionOptions> = {
  brokers: z.array(z.string().regex(/^.+:\d+$/, 'expected host:port')).min(1),
  clientId: z.string().default('ringkeeper').describe('what brokers log'),
  ssl: ssl.default(false),
  sasl: z.discriminatedUnion('mechanism', [passwordLogin, awsLogin, tokenLogin]).optional(),
  connectionTimeout: duration(1000).describe('for one connection to be made'),
  requestTimeout: duration(30_000).describe('for one request to be answered'),
}

/** The options of one component together with those of its connection; unknown ones are refused. */
export function withConnection<Options extends ConnectionOptions>(
  own: Shape<Omit<Options, keyof ConnectionOptions>>,
): z.ZodType<Options, unknown> {
  // `type` is how a pipeline names the component; it may be left in.
  const shape = { type: z.literal('kafka').optional(), ...connectionSchemas, ...own }
  return z.strictObject(shape) as unknown as z.ZodType<Options, unknown>
}

/** What kafkajs is told. */
export function innerConfig(options: ConnectionOptions): InnerConfig {
  const { brokers, clientId, ssl: tls, sasl, connectionTimeout, requestTimeout } = options
  return {
    brokers,
    clientId,
    connectionTimeout,
    authenticationTimeout: 2 * connectionTimeout,
    requestTimeout,
    ...(tls !== false && { ssl: tls as NonNullable<InnerConfig['ssl']> }),
    ...(sasl && { sasl: { ...sasl } as NonNullable<InnerConfig['sasl']> }),
  }
}
