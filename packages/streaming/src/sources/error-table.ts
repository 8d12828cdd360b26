/** What can go wrong in the built-in sources and codecs. */
export const sourceErrorTable = {
  NO_FILES: (data: { readonly path: readonly string[]; readonly folder: string }): string =>
    `no file matches ${data.path.join(', ')} in ${data.folder}; correct source.path`,
  LINE_TOO_LONG: (data: { readonly path: string; readonly position: number; readonly limit: number }): string =>
    `the line at byte ${data.position} of ${data.path} is longer than ${data.limit} bytes; raise source.maxLineBytes`,
  FILE_CHANGED: (data: { readonly path: string; readonly position: number }): string =>
    `${data.path} was cut while it was read: it ends before byte ${data.position}; let nobody change a file that is read`,
  NOT_UTF8: (data: { readonly codec: string }): string =>
    `the value is not UTF-8, which the codec ${data.codec} reads; correct what writes it, or choose codec: bytes`,
  NOT_JSON: (data: { readonly reason: string }): string =>
    `the value is not JSON: ${data.reason}; correct what writes it, or choose another codec`,
}
