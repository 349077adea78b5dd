import { constants, crc32, deflateRawSync } from "node:zlib";

const gzipHead = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
/** A last, stored block without content. */
const lastBlock = Uint8Array.of(1, 0, 0, 0xff, 0xff);

// Frames are small: a small window costs little compression and saves most of the set-up of each call.
const flushed = { finishFlush: constants.Z_SYNC_FLUSH, level: 6, memLevel: 5, windowBits: 12, chunkSize: 4096 };

/**
 * Compresses as the upstream does (the web page's protocol, "Frames"): its writer flushes, so the stream has an empty
 * sync block before the last one.
 */
export function upstreamGzip(content: Uint8Array): Uint8Array {
	return gzipOf([deflateRawSync(content, flushed)], crc32(content), content.length);
}

const mebibyte = 1024 * 1024;

/** Returns a gzip of zeros: about 1 KB for each MiB. */
export function gzipBomb(mebibytes: number): Uint8Array {
	const zeros = new Uint8Array(mebibyte);
	const block = deflateRawSync(zeros, { finishFlush: constants.Z_SYNC_FLUSH });
	let crc = 0;
	for (let i = 0; i < mebibytes; i++) crc = crc32(zeros, crc);
	return gzipOf(new Array<Uint8Array>(mebibytes).fill(block), crc, mebibytes * mebibyte);
}

function gzipOf(blocks: readonly Uint8Array[], crc: number, length: number): Uint8Array {
	const tail = Buffer.allocUnsafe(8);
	tail.writeUInt32LE(crc, 0);
	tail.writeUInt32LE(length >>> 0, 4);
	return Buffer.concat([gzipHead, ...blocks, lastBlock, tail]);
}
