/** Exit codes with the meaning that BSD's sysexits.h gave them. */
export const exitCodes = {
  ok: 0,
  /** It was tried and failed. */
  failed: 1,
  /** The command line is wrong. */
  usage: 64,
  /** It may work later. */
  temporary: 75,
  /** The configuration is wrong. */
  config: 78,
} as const
