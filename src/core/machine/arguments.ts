/** How much of the input an opcode is sure to take. */

/** Bytes of the argument that every instance of an opcode has: its operand, or the length field before its data. */
export const FIXED_ARGUMENT: Uint8Array = new Uint8Array(256);
for (const op of [0x4b, 0x43, 0x55, 0x8a, 0x8c, 0x71, 0x68, 0x80, 0x82]) FIXED_ARGUMENT[op] = 1;
for (const op of [0x4d, 0x83]) FIXED_ARGUMENT[op] = 2;
for (const op of [0x4a, 0x58, 0x42, 0x54, 0x8b, 0x72, 0x6a, 0x84]) FIXED_ARGUMENT[op] = 4;
for (const op of [0x47, 0x8d, 0x8e, 0x96, 0x95]) FIXED_ARGUMENT[op] = 8;
