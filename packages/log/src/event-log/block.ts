import { crc32, constants as zlib, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Cursor, LiveEventType, MessageIds, WireEvent } from "@livekeeper/douyin";
import { type Columns, columnsOfLine } from "./columns.ts";
import { takeRaw, withRaw } from "./encoded-event.ts";
import type { StoredEvent } from "./event-log.ts";
import { codeOf, typeOf, typesOf } from "./event-types.ts";
import type { EventKey } from "./recent-ids.ts";

/*
 * A block: consecutive events of one room, without holes. Every store keeps events in this form.
 *
 * Head
 *   4 bytes  CRC-32 of the rest of the head and of the block's place
 *   4 bytes  CRC-32 of the stored lines
 *   1 byte   encoding of the lines: 0 plain, 1 zstd
 *   4 bytes  size of the head, and 4 bytes size of the marks
 *   4 bytes  size of the unpacked lines
 *   6 bytes  when the first event was stored, ms since the epoch
 *   2 bytes  size of the cursor
 *   marks    for each event: its type, the time since the event before it was stored, the distance of its own time from
 *            when it was stored, and the size of its line. Types and times are read without unpacking the lines
 *   columns  for each event: a byte of flags, then the hash of its person (6 bytes), its amount and its total, each only
 *            if its flag is set. Aggregates, and the events of a person, are read without the lines
 *   cursor   cursor to resume from behind these events, as JSON; none in joined blocks
 * Lines
 *   each event's JSON with its `seq` (and the payload behind it, if that is stored), a line feed after each
 *
 * A store may keep head and lines apart: each has its own checksum. Numbers are little-endian; those of the marks have
 * seven bits per byte, the lowest first.
 */
const crcAt = 0;
const linesCrcAt = 4;
const packingAt = 8;
const headBytesAt = 9;
const marksBytesAt = 13;
const bytesAt = 17;
const storedAtAt = 21;
const cursorBytesAt = 27;
const marksAt = 29;
/** Longer cursors are not stored in a block. */
const maxCursorBytes = 0xffff;

const plain = 0;
const zstd = 1;

/** Mask of the type's code in the first byte of a mark. */
const codeBits = 0x3f;
const hasRaw = 0x80;
const isEarlier = 0x40;

/** Flags of an event's columns. */
const hasPerson = 1;
const hasAmount = 2;
const hasTotal = 4;
const isOwn = 8;
/** Set if its broadcast differs from that of the event before it in the block. Its line then has the broadcast. */
const namesRoom = 16;

/** Maximum size of an event's marks (a byte, and three numbers of 53 bits) together with its columns. */
const maxMarkBytes = 1 + 3 * 8 + 1 + 6 + 2 * 8;
/** Maximum bytes of UTF-8 per UTF-16 code unit of a string. */
const bytesPerChar = 3;
const lineEnd = 10;
/** Matches ids, broadcast and kind at the start of a line, as most events have them. */
const idsAtStart =
	/^\{"seq":\d+,"id":"([ !#-[\]-~]*)",(?:"envelope_id":"(\d+)",)?"live_id":"[ !#-[\]-~]*","room_id":"([ !#-[\]-~]*)","method":"(\w+)"/;
const maxIdsChars = 320;

/** Range of `seq` that a block covers. */
export interface Place {
	firstSeq: number;
	lastSeq: number;
}

/** Returns the maximum size of a block with these events, bytes. */
export function maxBytesOf({ events, cursor }: Pick<BlockContent, "events" | "cursor">): number {
	let bytes = marksAt + (cursor?.byteLength ?? 0);
	for (const { json, raw } of events) {
		bytes += bytesPerChar * json.length + (raw === undefined ? 0 : raw.length + 16) + maxMarkBytes + 1;
	}
	return bytes;
}

/** Events that are stored together, with the time, ms since the epoch. */
export interface BlockContent {
	events: readonly StoredEvent[];
	/** Columns of each event; derived from its line if absent. */
	columns?: readonly (Columns | undefined)[];
	/** Cursor as returned by {@link cursorBytes}. */
	cursor?: Uint8Array | undefined;
	storedAt: number;
}

/** Whether a block, or the head of one, has a cursor to resume from. */
export function hasCursor(head: Buffer): boolean {
	return head.readUInt16LE(cursorBytesAt) > 0;
}

/** Encodes a cursor for a block; `undefined` if it is too long. */
export function cursorBytes(cursor: Cursor): Uint8Array | undefined {
	const bytes = Buffer.from(JSON.stringify(cursor));
	return bytes.length <= maxCursorBytes ? bytes : undefined;
}

/** The two parts of a block. */
export interface BlockParts {
	head: Buffer;
	/** Lines in the form in which they lie in the block. */
	lines: Buffer;
}

/** Splits a whole block into its parts, which share its memory. */
export function cutBlock(block: Buffer): BlockParts {
	const headBytes = block.readUInt32LE(headBytesAt);
	return { head: block.subarray(0, headBytes), lines: block.subarray(headBytes) };
}

/**
 * Writes a block without compression.
 * @param into has room for {@link maxBytesOf}
 * @returns where it ends in `into`
 */
export function writeBlock(
	into: Buffer,
	start: number,
	{ events, columns = [], cursor, storedAt }: BlockContent,
): number {
	// The sizes of lines are known once they are written, so write them behind the largest possible head, and move them
	// to the end of the real one later.
	const sizes: number[] = [];
	const linesStart = start + marksAt + events.length * maxMarkBytes + (cursor?.byteLength ?? 0);
	let linesEnd = linesStart;
	for (const { json, raw } of events) {
		const bytes = into.write(raw === undefined ? json : withRaw(json, raw), linesEnd);
		sizes.push(bytes);
		linesEnd += bytes;
		into[linesEnd++] = lineEnd;
	}
	let end = start + marksAt;
	for (let index = 0; index < events.length; index++) {
		const { type, at, raw } = events[index] as StoredEvent;
		end = writeMark(into, end, { type, at, storedAt, bytes: sizes[index] ?? 0, hasRaw: raw !== undefined }, storedAt);
	}
	const marksBytes = end - start - marksAt;
	let roomId: string | undefined;
	for (const [index, { json }] of events.entries()) {
		const own = columns[index] ?? columnsOfLine(json);
		end = writeColumns(into, end, own, own.roomId !== roomId);
		roomId = own.roomId;
	}
	into.set(cursor ?? [], end);
	end += cursor?.byteLength ?? 0;
	into.copyWithin(end, linesStart, linesEnd);
	const bytes = linesEnd - linesStart;
	const first = events[0]?.seq ?? 0;
	const place = { firstSeq: first, lastSeq: first + events.length - 1 };
	const parts = { head: into.subarray(start, end), lines: into.subarray(end, end + bytes) };
	writeHead(parts, place, { packing: plain, marksBytes, bytes, storedAt, cursor: cursor?.byteLength ?? 0 });
	return end + bytes;
}

/** Encodes a block of events that are stored together. */
export function encodeBlock(content: BlockContent): Buffer {
	const into = Buffer.allocUnsafe(maxBytesOf(content));
	return Buffer.from(into.subarray(0, writeBlock(into, 0, content)));
}

/** Joins several consecutive blocks into one compressed block. */
export function joinBlocks(blocks: readonly Block[]): Buffer {
	const lines = Buffer.concat(blocks.map((block) => block.lines()));
	const packed = zstdCompressSync(lines, { params: { [zlib.ZSTD_c_compressionLevel]: 3 } });
	const marks = blocks.flatMap((block) => block.marks);
	const into = Buffer.allocUnsafe(marksAt + marks.length * maxMarkBytes + packed.length);
	let end = marksAt;
	const storedAt = marks[0]?.storedAt ?? 0;
	let before = storedAt;
	for (const mark of marks) {
		end = writeMark(into, end, mark, before);
		before = mark.storedAt;
	}
	const marksBytes = end - marksAt;
	for (const block of blocks)
		for (const columns of block.columns) end = writeColumns(into, end, columns, columns.namesRoom);
	packed.copy(into, end);
	const place = { firstSeq: blocks[0]?.firstSeq ?? 0, lastSeq: blocks.at(-1)?.lastSeq ?? 0 };
	const block = Buffer.from(into.subarray(0, end + packed.length));
	const parts = { head: block.subarray(0, end), lines: block.subarray(end) };
	writeHead(parts, place, { packing: zstd, marksBytes, bytes: lines.length, storedAt, cursor: 0 });
	return block;
}

/** Returns events of a block as a block of their own, both ends included. */
export function partOf(block: Block, { firstSeq, lastSeq }: Place): Block {
	if (firstSeq === block.firstSeq && lastSeq === block.lastSeq) return block;
	const singles = Array.from({ length: lastSeq - firstSeq + 1 }, (_, index) => {
		const seq = firstSeq + index;
		const bytes = encodeBlock({ events: [block.event(seq)], storedAt: block.storedAt(seq) });
		return new Block({ firstSeq: seq, lastSeq: seq }, bytes);
	});
	return new Block({ firstSeq, lastSeq }, joinBlocks(singles));
}

/** Properties of an event that are known without its line. */
export interface Mark {
	type: LiveEventType;
	at: number;
	storedAt: number;
	/** Size of its line, bytes. */
	bytes: number;
	hasRaw: boolean;
}

/** {@link Columns} of an event as stored in a block. */
export interface BlockColumns extends Omit<Columns, "roomId"> {
	/** Whether its broadcast differs from that of the event before it; `roomId` then reads it from its line. */
	namesRoom: boolean;
}

/** The lines of a block, read after its head, have changed since they were written. */
export class DamagedLines extends Error {
	override readonly name = "DamagedLines";
}

/** Reads an intact block. Events are addressed by `seq`. */
export class Block {
	readonly firstSeq: number;
	readonly lastSeq: number;
	readonly #head: Buffer;
	#packed: Buffer | (() => Uint8Array);
	#marks: readonly Mark[] | undefined;
	#columns: readonly BlockColumns[] | undefined;
	#lines: Buffer | undefined;
	/** Start of each line; computed on first use. */
	#starts: number[] | undefined;

	/**
	 * @param bytes of a block that was just written or has been checked; only its head if `lines` is given
	 * @param lines reads the lines when they are first needed
	 */
	constructor({ firstSeq, lastSeq }: Place, bytes: Buffer, lines?: () => Uint8Array) {
		this.firstSeq = firstSeq;
		this.lastSeq = lastSeq;
		const parts = lines ? { head: bytes, lines } : cutBlock(bytes);
		this.#head = parts.head;
		this.#packed = parts.lines;
	}

	/** @returns `undefined` for a block that has changed since it was written, or belongs elsewhere */
	static open(given: Uint8Array, place: Place): Block | undefined {
		const bytes = bufferOf(given);
		if (bytes.length < marksAt) return undefined;
		const { head, lines } = cutBlock(bytes);
		return isHead(head, place) && isLines(head, lines) ? new Block(place, bytes) : undefined;
	}

	/** Opens a block whose parts are stored apart. @returns as `open` */
	static openParts(head: Uint8Array, lines: Uint8Array, place: Place): Block | undefined {
		const [one, other] = [bufferOf(head), bufferOf(lines)];
		return isHead(one, place) && isLines(one, other) ? new Block(place, one, () => other) : undefined;
	}

	/**
	 * Opens a block by its head, and reads its lines only when they are needed. Reading an event then throws
	 * `DamagedLines` if they have changed since they were written.
	 * @returns as `open`
	 */
	static openHead(head: Uint8Array, place: Place, lines: () => Uint8Array | undefined): Block | undefined {
		const bytes = bufferOf(head);
		if (!isHead(bytes, place)) return undefined;
		return new Block(place, bytes, () => {
			const read = lines();
			if (!read || !isLines(bytes, read))
				throw new DamagedLines(`Events ${place.firstSeq} to ${place.lastSeq} are damaged.`);
			return read;
		});
	}

	get parts(): BlockParts {
		if (typeof this.#packed === "function") this.#packed = bufferOf(this.#packed());
		return { head: this.#head, lines: this.#packed };
	}

	/** Size of the stored block, bytes. */
	get byteLength(): number {
		const { head, lines } = this.parts;
		return head.length + lines.length;
	}

	get marks(): readonly Mark[] {
		this.#marks ??= readMarks(this.#head, this.lastSeq - this.firstSeq + 1);
		return this.#marks;
	}

	/** Columns of its events, in order. */
	get columns(): readonly BlockColumns[] {
		this.#columns ??= readColumns(this.#head, this.lastSeq - this.firstSeq + 1);
		return this.#columns;
	}

	/** Returns the events of a person, newest first, both ends included. Reads only the columns. */
	eventsOf(person: number, from: number, to: number): number[] {
		const seqs: number[] = [];
		const reader = new NumberReader(this.#head, columnsAt(this.#head));
		for (let seq = this.firstSeq; seq <= to; seq++) {
			const flags = reader.byte();
			const is = (flags & hasPerson) !== 0 && reader.hash() === person;
			if ((flags & hasAmount) !== 0) reader.skip();
			if ((flags & hasTotal) !== 0) reader.skip();
			if (is && seq >= from) seqs.push(seq);
		}
		return seqs.reverse();
	}

	/** Reads the broadcast of an event from its line; "" if it has none. */
	roomId(seq: number): string {
		const start = this.#startOf(seq);
		const head = this.lines().toString("latin1", start, start + maxIdsChars);
		const [, , , roomId] = idsAtStart.exec(head) ?? [];
		return roomId ?? columnsOfLine(this.event(seq).json).roomId;
	}

	/** Whether its lines are compressed. */
	get isPacked(): boolean {
		return this.#head[packingAt] !== plain;
	}

	/** Uncompressed size of its lines, bytes. */
	get lineBytes(): number {
		return this.#head.readUInt32LE(bytesAt);
	}

	/** Cursor to resume from behind its events; `undefined` if the block has none. */
	get cursor(): Cursor | undefined {
		const bytes = this.#head.readUInt16LE(cursorBytesAt);
		if (bytes === 0) return undefined;
		return JSON.parse(this.#head.toString("utf8", this.#head.length - bytes)) as Cursor;
	}

	/** Returns all lines, a line feed after each. */
	lines(): Buffer {
		this.#lines ??= this.#unpacked();
		return this.#lines;
	}

	/** Types of its events: {@link typesOf}. */
	get types(): number {
		return typesOf(this.marks);
	}

	/** Returns when an event was stored, ms since the epoch. */
	storedAt(seq: number): number {
		return seq === this.firstSeq ? this.#head.readUIntLE(storedAtAt, 6) : this.mark(seq).storedAt;
	}

	/** Returns the first event that was stored at or after this time; `lastSeq + 1` if there is none. */
	firstStoredFrom(time: number): number {
		const index = this.marks.findIndex(({ storedAt }) => storedAt >= time);
		return index === -1 ? this.lastSeq + 1 : this.firstSeq + index;
	}

	mark(seq: number): Mark {
		const mark = this.marks[seq - this.firstSeq];
		if (!mark) throw new RangeError(`The block of ${this.firstSeq} to ${this.lastSeq} has no event ${seq}.`);
		return mark;
	}

	/** Returns an event's JSON as stored here. */
	line(seq: number): Buffer {
		const start = this.#startOf(seq);
		return this.lines().subarray(start, start + this.mark(seq).bytes);
	}

	/** Returns an event, with its payload if one is stored. */
	event(seq: number): StoredEvent {
		const { type, at, hasRaw: full, bytes } = this.mark(seq);
		const start = this.#startOf(seq);
		const line = this.lines().toString("utf8", start, start + bytes);
		return full ? { seq, type, at, ...takeRaw(line) } : { seq, type, at, json: line };
	}

	/** Yields ids and times of events, both ends included. Reads only the start of most lines. */
	*keys(from: number, to: number): Generator<EventKey, void> {
		for (let seq = from; seq <= to; seq++) {
			const start = this.#startOf(seq);
			const head = this.lines().toString("latin1", start, start + maxIdsChars);
			const [, id, envelopeId, , method] = idsAtStart.exec(head) ?? [];
			const ids = id === undefined || method === undefined ? idsOfLine(this.event(seq).json) : { id, method };
			yield { ...ids, ...(envelopeId !== undefined && { envelopeId }), at: this.mark(seq).at };
		}
	}

	/** Yields the events whose marks match. @param from and `to`: both included */
	*events(from: number, to: number, isSelected: (mark: Mark) => boolean = () => true): Generator<StoredEvent, void> {
		const end = Math.min(to, this.lastSeq);
		for (let seq = Math.max(from, this.firstSeq); seq <= end; seq++) {
			if (isSelected(this.mark(seq))) yield this.event(seq);
		}
	}

	#startOf(seq: number): number {
		if (!this.#starts) {
			let start = 0;
			this.#starts = this.marks.map(({ bytes }) => {
				const begin = start;
				start += bytes + 1;
				return begin;
			});
		}
		return this.#starts[seq - this.firstSeq] ?? 0;
	}

	#unpacked(): Buffer {
		const here = this.parts.lines;
		if (!this.isPacked) return here;
		// One byte more, because zlib allocates a second chunk once the first is full.
		return zstdDecompressSync(here, { chunkSize: Math.max(64, this.lineBytes + 1), maxOutputLength: this.lineBytes });
	}
}

/** Returns the ids and the kind of an event from its JSON. */
export function idsOfLine(json: string): MessageIds {
	const { id, method, envelope_id: envelopeId } = JSON.parse(json) as WireEvent;
	return { id, method, ...(envelopeId !== undefined && { envelopeId }) };
}

interface Head {
	packing: number;
	/** Sizes of the marks and of the unpacked lines, bytes. */
	marksBytes: number;
	bytes: number;
	storedAt: number;
	/** Size of the cursor, bytes. */
	cursor: number;
}

function writeHead({ head, lines }: BlockParts, place: Place, given: Head): void {
	head[packingAt] = given.packing;
	head.writeUInt32LE(head.length, headBytesAt);
	head.writeUInt32LE(given.marksBytes, marksBytesAt);
	head.writeUInt32LE(given.bytes, bytesAt);
	head.writeUIntLE(given.storedAt, storedAtAt, 6);
	head.writeUInt16LE(given.cursor, cursorBytesAt);
	head.writeUInt32LE(crc32(lines), linesCrcAt);
	head.writeUInt32LE(checksumOf(head, place), crcAt);
}

function checksumOf(head: Buffer, { firstSeq, lastSeq }: Place): number {
	const place = Math.imul(firstSeq | 0, 0x9e3779b1) ^ lastSeq ^ Math.floor(firstSeq / 2 ** 32);
	return crc32(head.subarray(linesCrcAt), place >>> 0);
}

function isHead(head: Buffer, place: Place): boolean {
	return head.length >= marksAt && checksumOf(head, place) === head.readUInt32LE(crcAt);
}

function isLines(head: Buffer, lines: Uint8Array): boolean {
	return crc32(lines) === head.readUInt32LE(linesCrcAt);
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function columnsAt(head: Buffer): number {
	return marksAt + head.readUInt32LE(marksBytesAt);
}

function writeMark(into: Buffer, start: number, mark: Mark, storedBefore: number): number {
	const away = mark.at - mark.storedAt;
	into[start] = codeOf(mark.type) | (mark.hasRaw ? hasRaw : 0) | (away < 0 ? isEarlier : 0);
	let end = writeNumber(into, start + 1, mark.storedAt - storedBefore);
	end = writeNumber(into, end, Math.abs(away));
	return writeNumber(into, end, mark.bytes);
}

function writeColumns(into: Buffer, start: number, columns: Omit<Columns, "roomId">, isNamed: boolean): number {
	const { person, amount, total, isOfService } = columns;
	into[start] =
		(person > 0 ? hasPerson : 0) |
		(amount > 0 ? hasAmount : 0) |
		(total > 0 ? hasTotal : 0) |
		(isOfService ? isOwn : 0) |
		(isNamed ? namesRoom : 0);
	let end = start + 1;
	if (person > 0) end = into.writeUIntLE(person, end, 6);
	if (amount > 0) end = writeNumber(into, end, amount);
	return total > 0 ? writeNumber(into, end, total) : end;
}

function writeNumber(into: Buffer, start: number, value: number): number {
	let end = start;
	let left = value;
	for (; left >= 0x80; left = Math.floor(left / 0x80)) into[end++] = (left % 0x80) | 0x80;
	into[end] = left;
	return end + 1;
}

/** Reads numbers of seven bits a byte. */
class NumberReader {
	at: number;
	readonly #bytes: Buffer;

	constructor(bytes: Buffer, at: number) {
		this.#bytes = bytes;
		this.at = at;
	}

	byte(): number {
		return this.#bytes[this.at++] ?? 0;
	}

	number(): number {
		let byte = this.byte();
		let value = byte & 0x7f;
		for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
			byte = this.byte();
			value += (byte & 0x7f) * scale;
		}
		return value;
	}

	skip(): void {
		while (this.byte() >= 0x80);
	}

	hash(): number {
		this.at += 6;
		return this.#bytes.readUIntLE(this.at - 6, 6);
	}
}

function readMarks(head: Buffer, count: number): Mark[] {
	const reader = new NumberReader(head, marksAt);
	let storedAt = head.readUIntLE(storedAtAt, 6);
	const marks: Mark[] = [];
	for (let n = 0; n < count; n++) {
		const first = reader.byte();
		storedAt += reader.number();
		const away = reader.number();
		const time = storedAt + ((first & isEarlier) === 0 ? away : -away);
		const type = typeOf(first & codeBits) ?? "raw";
		marks.push({ type, at: time, storedAt, bytes: reader.number(), hasRaw: (first & hasRaw) !== 0 });
	}
	return marks;
}

function readColumns(head: Buffer, count: number): BlockColumns[] {
	const reader = new NumberReader(head, columnsAt(head));
	const columns: BlockColumns[] = [];
	for (let n = 0; n < count; n++) {
		const flags = reader.byte();
		columns.push({
			person: (flags & hasPerson) === 0 ? 0 : reader.hash(),
			amount: (flags & hasAmount) === 0 ? 0 : reader.number(),
			total: (flags & hasTotal) === 0 ? 0 : reader.number(),
			isOfService: (flags & isOwn) !== 0,
			namesRoom: (flags & namesRoom) !== 0,
		});
	}
	return columns;
}
