import { md5Text } from './md5-text.ts'
import { murmur3Text } from './murmur3-text.ts'

for (const [name, module] of Object.entries({ md5Text, murmur3Text })) {
  console.log(`${name}\n${Buffer.from(module).toString('base64')}`)
}
