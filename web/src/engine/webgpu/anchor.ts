import type { GraphSession } from './graph-session.ts';

/**
 * Keeps one graph session of a device from being released. With the last one ONNX Runtime drops all shaders it has compiled for
 * the device, and the next session compiles them again, which takes seconds.
 */
export class Anchor {
  #kept: GraphSession | null = null;

  /** Takes over a session that is no longer used and releases the one before it. */
  async keep(session: GraphSession): Promise<void> {
    const before = this.#kept;
    this.#kept = session;
    await before?.release();
  }

  async release(): Promise<void> {
    await this.#kept?.release();
    this.#kept = null;
  }
}
