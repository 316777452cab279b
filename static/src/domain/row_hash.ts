// The hash of a row of the world, as the server makes it (tests/vectors/row_hash.json): CRC-32 of its entity, key and
// body, mixed so that two rows that swapped their bodies do not add up to the same.
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
const encoder = new TextEncoder();

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

/** 32 bits, unsigned. `body` is as the server sent it: the order of its fields counts. */
export function rowHash(entity: string, key: string, body: object): number {
  let mixed = crc32(encoder.encode(`${entity}:${key}:${JSON.stringify(body)}`));
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
