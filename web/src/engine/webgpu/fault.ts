export type FaultReason = 'insecure' | 'no-webgpu' | 'no-adapter' | 'too-large' | 'out-of-memory' | 'lost' | 'invalid';

/** What is wrong with the GPU, in words, and what a person can do about it. */
export class DeviceFault extends Error {
  override readonly name = 'DeviceFault';
  readonly reason: FaultReason;
  readonly advice: string;

  constructor(reason: FaultReason, message: string, advice: string) {
    super(message);
    this.reason = reason;
    this.advice = advice;
  }

  static from(error: GPUError, what?: string): DeviceFault {
    if (error instanceof GPUOutOfMemoryError) {
      return new DeviceFault(
        'out-of-memory',
        `The GPU has not enough memory${what ? ` for ${what}` : ''}.`,
        'Close other tabs that use the GPU, or take a smaller batch, shorter texts or a smaller encoder.',
      );
    }
    return new DeviceFault('invalid', `The GPU refused a command${what ? ` for ${what}` : ''}: ${error.message}`, 'This is a defect of the program; training on the CPU avoids it.');
  }

  static refusedShader(name: string, message: string): DeviceFault {
    return new DeviceFault('invalid', `The GPU's driver could not make a program of the shader "${name}": ${message}`, 'Update the graphics driver, or train on the CPU.');
  }

  static lost(reason: GPUDeviceLostReason, message: string): DeviceFault {
    return new DeviceFault(
      'lost',
      `The browser took the GPU away (${reason}${message ? `: ${message}` : ''}).`,
      'Start again: this happens when the driver restarts, the machine sleeps, or a step takes too long. A smaller batch helps against the last.',
    );
  }

  static tooLarge(tensor: string, bytes: number, limit: number): DeviceFault {
    const mebibytes = (size: number): string => `${Math.ceil(size / 2 ** 20)} MiB`;
    return new DeviceFault(
      'too-large',
      `${tensor} takes ${mebibytes(bytes)} in one piece; this GPU allows ${mebibytes(limit)}.`,
      'Take a smaller batch, shorter texts or an encoder with a smaller vocabulary, or train on the CPU.',
    );
  }
}
