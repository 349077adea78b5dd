import { closeSync, fstatSync, openSync, readSync, readvSync, statSync, writeSync, writevSync } from "node:fs";
import { endianness } from "node:os";
import type { DatabaseKind } from "./database-file.ts";

/** Result of repairing a database's files. */
export interface FileRepair {
	/** Whether flipped bits were corrected. */
	isCorrected: boolean;
	/** Whether there is damage that it cannot correct, so SQLite has to check the whole database. */
	isSuspect: boolean;
}

const noWal = { isCorrected: false, isSuspect: false, hasHeader: false };

/** Page size of all databases of the service: SQLite's default. */
const pageBytes = 4_096;
const headerBytes = 100;
/**
 * Maximum number of different bits that count as damage: more than a damaged bit or byte, and less than the difference
 * to another program's file or another kind of database.
 */
const maxDamagedBits = 8;

/**
 * Corrects flipped bits in a database's header and in its WAL (https://sqlite.org/fileformat2.html). SQLite would
 * otherwise take the file for something else or for nothing, overwrite pages in use, or drop all commits from a flipped
 * bit of the WAL. No connection to the database may be open.
 */
export function repairFile(path: string, kind: DatabaseKind): FileRepair {
	const wal = sizeOf(`${path}-wal`) > 0 ? useFile(`${path}-wal`, repairWal) : noWal;
	if (sizeOf(path) < headerBytes) return wal;
	// Until SQLite has written the WAL or the journal into the file, the file's pages may be from different times.
	const isCurrent = !wal.hasHeader && sizeOf(`${path}-journal`) === 0;
	const header = useFile(path, (fd) => repairHeader(fd, kind, isCurrent));
	return {
		isCorrected: header.isCorrected || wal.isCorrected,
		isSuspect: header.isSuspect || wal.isSuspect,
	};
}

function sizeOf(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function useFile<Result>(path: string, use: (fd: number) => Result): Result {
	const fd = openSync(path, "r+");
	try {
		return use(fd);
	} finally {
		closeSync(fd);
	}
}

/** @param isCurrent whether the header's page count and free list are current, instead of the WAL's */
function repairHeader(fd: number, kind: DatabaseKind, isCurrent: boolean): FileRepair {
	const found = Buffer.alloc(headerBytes);
	readSync(fd, found, 0, headerBytes, 0);
	const header = Buffer.from(found);
	// Until its schema is written into the file, a new database has the rest of its header only in the WAL.
	const isNew = found.readUInt32BE(applicationIdAt) === 0;
	for (const [at, bytes] of [...formatOf(found), ...(isNew ? [] : constantsOf(kind))]) bytes.copy(header, at);
	if (bitsBetween(header, found) > maxDamagedBits) return { isCorrected: false, isSuspect: false };
	const isSuspect = !isNew && isCurrent && !correctPages(fd, header);
	const isCorrected = !header.equals(found);
	if (isCorrected) writeSync(fd, header, 0, headerBytes, 0);
	return { isCorrected, isSuspect };
}

const journalModeAt = 18;
const applicationIdAt = 68;

/** Bytes that a header has at fixed offsets, whatever its database contains. */
type Constants = readonly (readonly [at: number, bytes: Buffer])[];

/** Returns the constants of all databases of the service, including new ones. */
function formatOf(found: Buffer): Constants {
	const modes = found.subarray(journalModeAt, journalModeAt + 2);
	// Backups have a rollback journal.
	const [wal, rollback] = [Buffer.of(2, 2), Buffer.of(1, 1)];
	return [
		[0, Buffer.from("SQLite format 3\0\x10\0", "latin1")],
		[journalModeAt, bitsBetween(wal, modes) <= bitsBetween(rollback, modes) ? wal : rollback],
		[20, Buffer.of(0, 64, 32, 32)],
		[64, Buffer.of(0, 0, 0, 0)],
		[72, Buffer.alloc(20)],
	];
}

/** Returns the constants of a kind of database: schema format, no vacuuming, UTF-8, id. */
function constantsOf({ applicationId }: DatabaseKind): Constants {
	const id = Buffer.alloc(4);
	id.writeUInt32BE(applicationId);
	return [
		[44, Buffer.of(0, 0, 0, 4)],
		[52, Buffer.of(0, 0, 0, 0, 0, 0, 0, 1)],
		[applicationIdAt, id],
	];
}

function bitsBetween(bytes: Buffer, others: Buffer): number {
	let bits = 0;
	for (const [index, byte] of bytes.entries()) {
		for (let left = byte ^ (others[index] ?? 0); left > 0; left &= left - 1) bits++;
	}
	return bits;
}

const changesAt = 24;
const pagesAt = 28;
const firstFreeAt = 32;
const freePagesAt = 36;
const sizedAtChangeAt = 92;

/**
 * Corrects a database's page count from the file's length, and the start of its free list from the list itself.
 * @returns whether everything is consistent
 */
function correctPages(fd: number, header: Buffer): boolean {
	const pages = Math.floor(fstatSync(fd).size / pageBytes);
	let isSound = true;
	// Otherwise SQLite uses the length as well.
	if (header.readUInt32BE(changesAt) === header.readUInt32BE(sizedAtChangeAt)) {
		// A truncated file looks the same.
		isSound = header.readUInt32BE(pagesAt) <= pages;
		header.writeUInt32BE(pages, pagesAt);
	}
	const [first, count] = [header.readUInt32BE(firstFreeAt), header.readUInt32BE(freePagesAt)];
	const found = countFree(fd, first, pages);
	if (found === count) return isSound;
	if (found !== undefined && isOneBit(found ^ count)) {
		header.writeUInt32BE(found, freePagesAt);
		return isSound;
	}
	for (let bit = 0; bit < 32; bit++) {
		const other = (first ^ (1 << bit)) >>> 0;
		if (countFree(fd, other, pages) !== count) continue;
		header.writeUInt32BE(other, firstFreeAt);
		return isSound;
	}
	return false;
}

/** @returns the number of pages in a free list; `undefined` if it is none */
function countFree(fd: number, first: number, pages: number): number | undefined {
	const free = new Set<number>();
	const page = Buffer.alloc(pageBytes);
	/** @returns whether it is a page, and not in the list yet */
	const take = (number: number) => number > 1 && number <= pages && free.size < free.add(number).size;
	for (let trunk = first; trunk !== 0; trunk = page.readUInt32BE(0)) {
		if (!take(trunk)) return undefined;
		readSync(fd, page, 0, pageBytes, (trunk - 1) * pageBytes);
		const leaves = page.readUInt32BE(4);
		if (leaves > pageBytes / 4 - 2) return undefined;
		for (let leaf = 0; leaf < leaves; leaf++) if (!take(page.readUInt32BE(8 + 4 * leaf))) return undefined;
	}
	return free.size;
}

/** Whether two 32-bit values differ in exactly one bit. @param difference `a ^ b` */
export const isOneBit = (difference: number): boolean => difference !== 0 && (difference & (difference - 1)) === 0;

const walHeaderBytes = 32;
const frameHeaderBytes = 24;
const saltsAt = 16;
/** First bytes of a WAL's header on little-endian machines: byte order of its checksums, and the format. */
const walConstants = Buffer.from("377f0682002de21800001000", "hex");

interface WalRepair extends FileRepair {
	/** Whether it contains the database's header. */
	hasHeader: boolean;
}

/**
 * Corrects flipped bits in a WAL, one per frame. The checksums of a frame cover all frames before it, so SQLite ends
 * the WAL at the first mismatch; the mismatch determines which bit to flip back. If several bits match, the page keeps
 * its flipped bit, as if it were in the database, and the checksums from there are rewritten.
 */
function repairWal(fd: number): WalRepair {
	const head = new ChecksummedBytes(24);
	const checksums = Buffer.alloc(8);
	const isWhole = readvSync(fd, [head.bytes, checksums], 0) === walHeaderBytes;
	const flipped = bitsBetween(walConstants, head.bytes);
	walConstants.copy(head.bytes);
	const found = isWhole && flipped <= maxDamagedBits ? head.repair(checksums, [noChecksums]) : undefined;
	// A big-endian WAL, as on other machines, is not repaired.
	if (!found || endianness() !== "LE") return { isCorrected: false, isSuspect: false, hasHeader: true };
	const now = head.checksums(noChecksums);
	const isCorrected = flipped > 0 || found.isCorrected || !now.equals(checksums);
	// If a bit of the salts is ambiguous, that of the frames is made equal.
	if (isCorrected) writevSync(fd, [head.bytes, now], 0);
	const frames = repairFrames(fd, head.bytes.subarray(saltsAt), { before: found.written, now });
	return { ...frames, isCorrected: isCorrected || frames.isCorrected };
}

const noChecksums = Buffer.alloc(8);

/** Checksums of the preceding bytes: a candidate for the value as written, and the current value. */
interface Chain {
	before: Buffer[];
	now: Buffer;
}

function repairFrames(fd: number, salts: Buffer, chain: Chain): WalRepair {
	const repair: WalRepair = { isCorrected: false, isSuspect: false, hasHeader: false };
	const frame = new ChecksummedBytes(8 + pageBytes);
	const [foundSalts, checksums] = [Buffer.alloc(8), Buffer.alloc(8)];
	const parts = [frame.bytes.subarray(0, 8), foundSalts, checksums, frame.bytes.subarray(8)];
	let { before, now } = chain;
	let isHeaderNext = false;
	for (let at = walHeaderBytes; readvSync(fd, parts, at) === frameHeaderBytes + pageBytes; ) {
		// Frames behind the end are from an earlier round, with other salts.
		const flippedSalts = bitsBetween(salts, foundSalts);
		const found = flippedSalts > 1 ? undefined : frame.repair(checksums, before);
		if (!found) break;
		before = found.written;
		now = frame.checksums(now);
		if (found.isCorrected || flippedSalts > 0 || !now.equals(checksums)) {
			salts.copy(foundSalts);
			now.copy(checksums);
			writevSync(fd, parts, at);
			repair.isCorrected = true;
		}
		repair.isSuspect ||= found.isSuspect;
		isHeaderNext ||= frame.bytes.readUInt32BE(0) === 1;
		// A frame that ends a transaction has the page count.
		if (frame.bytes.readUInt32BE(4) !== 0) repair.hasHeader ||= isHeaderNext;
		at += frameHeaderBytes + pageBytes;
	}
	return repair;
}

/** Bytes of a WAL that are followed by their checksums. */
class ChecksummedBytes {
	readonly bytes: Buffer;
	readonly #words: Int32Array;

	constructor(size: number) {
		const memory = new ArrayBuffer(size);
		this.bytes = Buffer.from(memory);
		this.#words = new Int32Array(memory);
	}

	/**
	 * Flips a bit back if it is certain which one flipped.
	 * @param checksums checksums as found.
	 * @param before candidates for the checksums of the preceding bytes
	 * @returns candidates for the checksums; `undefined` if more than a bit is damaged
	 */
	repair(checksums: Buffer, before: readonly Buffer[]): (FileRepair & { written: Buffer[] }) | undefined {
		const owns = before.map((one) => this.checksums(one));
		if (owns.some((own) => own.equals(checksums)))
			return { isCorrected: false, isSuspect: false, written: [Buffer.from(checksums)] };
		for (const own of owns) {
			const written = bitsBetween(own, checksums) === 1 ? [own, Buffer.from(checksums)] : [Buffer.from(checksums)];
			const flips = this.#flipsBetween(own, checksums);
			if (flips.length === 0 && written.length === 1) continue;
			if (flips.length === 0) return { isCorrected: true, isSuspect: false, written: [own] };
			const [[word, bit] = [0, 0]] = flips;
			if (flips.length > 1 || written.length > 1) return { isCorrected: false, isSuspect: true, written };
			this.#words[word] = (this.#words[word] ?? 0) ^ (1 << bit);
			return { isCorrected: true, isSuspect: false, written };
		}
		return undefined;
	}

	/** Computes checksums like SQLite's `walChecksumBytes`: two numbers, big-endian. */
	checksums(before: Buffer): Buffer {
		let [first, second] = [before.readInt32BE(0), before.readInt32BE(4)];
		const words = this.#words;
		for (let word = 0; word < words.length; word += 2) {
			first = (first + (words[word] ?? 0) + second) | 0;
			second = (second + (words[word + 1] ?? 0) + first) | 0;
		}
		const checksums = Buffer.alloc(8);
		checksums.writeInt32BE(first, 0);
		checksums.writeInt32BE(second, 4);
		return checksums;
	}

	/**
	 * Returns the single-bit flips that turn these checksums into others. A word that is larger by n adds a multiple of n
	 * to each.
	 */
	#flipsBetween(own: Buffer, checksums: Buffer): [word: number, bit: number][] {
		const first = (checksums.readInt32BE(0) - own.readInt32BE(0)) | 0;
		const second = (checksums.readInt32BE(4) - own.readInt32BE(4)) | 0;
		const flips: [number, number][] = [];
		const words = this.#words;
		let [ofFirst, ofSecond] = [0, 1];
		for (let word = words.length - 1; word >= 0; word--) {
			for (let bit = 0; bit < 32; bit++) {
				const more = (words[word] ?? 0) & (1 << bit) ? -(1 << bit) : 1 << bit;
				if (Math.imul(ofFirst, more) !== first || Math.imul(ofSecond, more) !== second) continue;
				flips.push([word, bit]);
			}
			[ofFirst, ofSecond] = [ofSecond, (ofFirst + ofSecond) | 0];
		}
		return flips;
	}
}
