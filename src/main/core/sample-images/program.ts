/** The architectures a program can be written for, as image-spec names them (GOARCH). */
export type ProgramArchitecture = 'amd64' | 'arm64' | 'arm';

/** Where the file is mapped: any page will do for a program that nothing is linked to. */
const baseAddress = 0x10000;

type Machine = {
  /** ELF header, e_machine. */
  readonly machine: number;
  readonly is64Bit: boolean;
  /** ELF header, e_flags: ARM wants to know its EABI release. */
  readonly flags: number;
  /** Instructions, of which the message comes right after. */
  readonly code: (messageBytes: number) => Buffer;
};

const words = (...instructions: number[]): Buffer => {
  const code = Buffer.alloc(instructions.length * 4);
  for (const [index, word] of instructions.entries()) code.writeUInt32LE(word, index * 4);
  return code;
};

/** write(1, message, length) and exit(0), in Linux system calls. */
const machines: Readonly<Record<ProgramArchitecture, Machine>> = {
  amd64: {
    machine: 62,
    is64Bit: true,
    flags: 0,
    code: (messageBytes) => {
      const code = Buffer.from(
        [
          'b801000000', // mov eax, 1 (write)
          'bf01000000', // mov edi, 1
          '488d3510000000', // lea rsi, [rip + 16]: past the five instructions that follow
          'ba00000000', // mov edx, length
          '0f05', // syscall
          'b83c000000', // mov eax, 60 (exit)
          '31ff', // xor edi, edi
          '0f05', // syscall
        ].join(''),
        'hex',
      );
      code.writeUInt32LE(messageBytes, 18);
      return code;
    },
  },
  arm64: {
    machine: 183,
    is64Bit: true,
    flags: 0,
    code: (messageBytes) =>
      words(
        0xd2800020, // mov x0, #1
        0x100000e1, // adr x1, 28 bytes on
        0xd2800002 + messageBytes * 32, // mov x2, #length
        0xd2800808, // mov x8, #64 (write)
        0xd4000001, // svc #0
        0xd2800000, // mov x0, #0
        0xd2800ba8, // mov x8, #93 (exit)
        0xd4000001, // svc #0
      ),
  },
  arm: {
    machine: 40,
    is64Bit: false,
    flags: 0x05000000,
    code: (messageBytes) =>
      words(
        0xe3a00001, // mov r0, #1
        0xe28f1014, // add r1, pc, #20: pc is two instructions ahead
        0xe3a02000 + messageBytes, // mov r2, #length
        0xe3a07004, // mov r7, #4 (write)
        0xef000000, // svc 0
        0xe3a00000, // mov r0, #0
        0xe3a07001, // mov r7, #1 (exit)
        0xef000000, // svc 0
      ),
  },
};

/**
 * A static Linux program that prints `message` and ends: an ELF file (System V ABI, Object Files) of one segment,
 * about 200 bytes long. The message has at most 255 bytes, which is what one ARM instruction can say.
 */
export function writeProgram(architecture: ProgramArchitecture, message: string): Buffer {
  const text = Buffer.from(message);
  if (text.byteLength > 255) throw new RangeError('the message is longer than 255 bytes');
  const { machine, is64Bit, flags, code } = machines[architecture];
  const body = Buffer.concat([code(text.byteLength), text]);
  const header = is64Bit ? writeHeader64(machine, body) : writeHeader32(machine, flags, body);
  return Buffer.concat([header, body]);
}

/** e_ident: the class, little-endian, version 1. */
function writeIdent(header: Buffer, is64Bit: boolean, machine: number): void {
  header.write('\u007fELF', 0, 'latin1');
  header.set([is64Bit ? 2 : 1, 1, 1], 4);
  header.writeUInt16LE(2, 16); // ET_EXEC
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
}

function writeHeader64(machine: number, body: Buffer): Buffer {
  const header = Buffer.alloc(64 + 56);
  const fileBytes = BigInt(header.byteLength + body.byteLength);
  writeIdent(header, true, machine);
  header.writeBigUInt64LE(BigInt(baseAddress + header.byteLength), 24); // e_entry
  header.writeBigUInt64LE(64n, 32); // e_phoff
  header.writeUInt16LE(64, 52); // e_ehsize
  header.writeUInt16LE(56, 54); // e_phentsize
  header.writeUInt16LE(1, 56); // e_phnum
  header.writeUInt32LE(1, 64); // PT_LOAD
  header.writeUInt32LE(5, 68); // read and execute
  header.writeBigUInt64LE(BigInt(baseAddress), 80); // p_vaddr
  header.writeBigUInt64LE(BigInt(baseAddress), 88); // p_paddr
  header.writeBigUInt64LE(fileBytes, 96);
  header.writeBigUInt64LE(fileBytes, 104);
  header.writeBigUInt64LE(BigInt(baseAddress), 112); // p_align: 64 KiB pages on some ARM systems
  return header;
}

function writeHeader32(machine: number, flags: number, body: Buffer): Buffer {
  const header = Buffer.alloc(52 + 32);
  const fileBytes = header.byteLength + body.byteLength;
  writeIdent(header, false, machine);
  header.writeUInt32LE(baseAddress + header.byteLength, 24); // e_entry
  header.writeUInt32LE(52, 28); // e_phoff
  header.writeUInt32LE(flags, 36);
  header.writeUInt16LE(52, 40); // e_ehsize
  header.writeUInt16LE(32, 42); // e_phentsize
  header.writeUInt16LE(1, 44); // e_phnum
  header.writeUInt32LE(1, 52); // PT_LOAD
  header.writeUInt32LE(baseAddress, 60); // p_vaddr
  header.writeUInt32LE(baseAddress, 64); // p_paddr
  header.writeUInt32LE(fileBytes, 68);
  header.writeUInt32LE(fileBytes, 72);
  header.writeUInt32LE(5, 76); // read and execute
  header.writeUInt32LE(baseAddress, 80); // p_align
  return header;
}
