/** The content of a file that can be written anywhere, as a file can. */
export class Bytes {
  #room: Buffer;
  #size: number;

  constructor(content: Buffer = Buffer.alloc(0)) {
    this.#room = content;
    this.#size = content.length;
  }

  get size(): number {
    return this.#size;
  }

  /** Not a copy: it changes with the next write. */
  get content(): Buffer {
    return this.#room.subarray(0, this.#size);
  }

  copy(): Bytes {
    return new Bytes(Buffer.from(this.content));
  }

  write(data: Buffer, offset: number): void {
    if (offset + data.length > this.#size) this.resize(offset + data.length);
    data.copy(this.#room, offset);
  }

  /** Cuts it off, or fills it up with zeros. */
  resize(size: number): void {
    if (size > this.#room.length) {
      const room = Buffer.alloc(Math.max(size, 2 * this.#room.length));
      this.content.copy(room);
      this.#room = room;
    }
    if (size > this.#size) this.#room.fill(0, this.#size, size);
    this.#size = size;
  }
}
