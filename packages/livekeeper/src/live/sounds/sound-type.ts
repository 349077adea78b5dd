/** Audio files that are taken, recognized by their content: its first bytes, and in a container its kind of track. */
const signatures: readonly { type: string; test: (file: Buffer) => boolean }[] = [
	{ type: "audio/mpeg", test: (file) => file.toString("latin1", 0, 3) === "ID3" || isMp3Frame(file) },
	{ type: "audio/ogg", test: (file) => file.toString("latin1", 0, 4) === "OggS" },
	{
		type: "audio/wav",
		test: (file) => file.toString("latin1", 0, 4) === "RIFF" && file.toString("latin1", 8, 12) === "WAVE",
	},
	{
		type: "audio/mp4",
		test: (file) => file.toString("latin1", 4, 8) === "ftyp" && /hdlr.{8}soun/s.test(file.toString("latin1")),
	},
	{
		type: "audio/webm",
		test: (file) => file.readUInt32BE() === 0x1a45dfa3 && /A_(?:OPUS|VORBIS)/.test(file.toString("latin1")),
	},
];

/** Header of an MPEG audio frame: sync, layer III, and neither a bit rate nor a sample rate that is reserved. */
function isMp3Frame(file: Buffer): boolean {
	const header = file.readUInt32BE();
	const [sync, version, layer] = [header >>> 21, (header >>> 19) & 3, (header >>> 17) & 3];
	return sync === 0x7ff && version !== 1 && layer === 1 && ((header >>> 12) & 15) !== 15 && ((header >>> 10) & 3) !== 3;
}

/** Media type of a sound by its content, whatever its sender calls it; `undefined` if it is none that browsers play. */
export function soundType(file: Buffer): string | undefined {
	return file.length < 12 ? undefined : signatures.find(({ test }) => test(file))?.type;
}
