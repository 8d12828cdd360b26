/** What can go wrong in the built-in sources and codecs. */
export const sourceErrorTable = {
  NO_FILES: (data: { readonly path: readonly string[]; readonly folder: string }): string =>
    `no file matches ${data.path.join(', ')} in ${data.folder}; correct source.path`,
  LINE_TOO_LONG: (data: { readonly path: string; readonly position: number; readonly limit: number }): string =>
    `the line at byte ${data.position} of ${data.path} is longer than ${data.limit} bytes; raise source.maxLineBytes`,
  FILE_CHANGED: (data: { readonly path: string; readonly position: number }): string =>
    `${data.path} is shorter than what was read of it: it ends before byte ${data.position}; files that are read must only be ` +
    'appended to; to start over, give it another name, or delete the file of positions (coordination.positions; .ringkeeper/PIPELINE.json by default)',
  NOT_UTF8: (data: { readonly codec: string }): string =>
    `the value is not UTF-8, which the codec ${data.codec} reads; correct what writes it, or choose codec: bytes`,
  NOT_JSON: (data: { readonly reason: string }): string =>
    `the value is not JSON: ${data.reason}; correct what writes it, or choose another codec`,
}
