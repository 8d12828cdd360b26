import { defineCoordinator, definePlugin, type Plugin } from '@ringkeeper/core'
import { zookeeper } from '@ringkeeper/zookeeper'
import { z } from 'zod'

/** Options of `coordination: { type: zookeeper }`. */
export interface ZooKeeperCoordinationOptions {
  /** `host:port,host:port/chroot`. */
  readonly connect: string
  /** Identities of the session. */
  readonly auth?: readonly { readonly scheme: string; readonly credentials: string }[] | undefined
  /** Connects with TLS; certificates and keys are PEM. */
  readonly tls?: TlsOptions | undefined
}

interface TlsOptions {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly passphrase?: string | undefined
  readonly servername?: string | undefined
  readonly rejectUnauthorized?: boolean | undefined
}

const schema: z.ZodType<ZooKeeperCoordinationOptions> = z.strictObject({
  connect: z.string().min(1).meta({ description: 'host:port,host:port/chroot' }),
  auth: z.array(z.strictObject({ scheme: z.string(), credentials: z.string() })).optional(),
  tls: z
    .strictObject({
      ca: z.string().optional(),
      cert: z.string().optional(),
      key: z.string().optional(),
      passphrase: z.string().optional(),
      servername: z.string().optional(),
      rejectUnauthorized: z.boolean().optional(),
    })
    .optional(),
})

/** Coordination on ZooKeeper, by Ringkeeper's own client. */
export const zookeeperPlugin: Plugin = definePlugin({
  name: '@ringkeeper/zookeeper',
  apiVersion: 1,
  components: [
    defineCoordinator<ZooKeeperCoordinationOptions>({
      type: 'zookeeper',
      schema,
      create: ({ connect, auth, tls }, { ports, sessionTimeout, serverTick }) =>
        zookeeper({
          connect,
          sessionTimeout,
          ports,
          ...(serverTick !== undefined && { serverTick }),
          ...(auth && { auth }),
          ...(tls && { tls: definedOnly(tls) }),
        }),
    }),
  ],
})

function definedOnly<Options extends object>(
  options: Options,
): { [Name in keyof Options]: NonNullable<Options[Name]> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof Options]: NonNullable<Options[Name]> }
}
