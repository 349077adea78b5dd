import { createHash } from "node:crypto";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { SoundRegistry, StoredSound } from "@livekeeper/log/storage";

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

/** Largest file, bytes: NATS takes values of up to 1 MiB. */
export const maxSoundBytes = 512 * 1024;
const maxSounds = 50;

/** Sound files of the user, which overlays play for gifts. Nodes share them; their content is not held in memory. */
export class Sounds {
	readonly #registry: SoundRegistry;
	readonly #clock: Clock;

	constructor(registry: SoundRegistry, clock: Clock) {
		this.#registry = registry;
		this.#clock = clock;
	}

	/** All sounds, in the order in which they were added. @throws LivekeeperError `storage_failing` */
	list(): Promise<StoredSound[]> {
		return this.#registry.list();
	}

	/**
	 * Stores a file. The same file again is the same sound, under its new name.
	 * @throws LivekeeperError `sound_too_large`, `unsupported_sound`, `too_many_sounds`, `storage_failing`
	 */
	async add(name: string, file: Buffer): Promise<StoredSound> {
		if (file.length > maxSoundBytes) throw soundTooLarge();
		const type = soundType(file);
		if (type === undefined) throw unsupportedSound();
		const id = createHash("sha256").update(file).digest("hex").slice(0, 16);
		const sound = { id, name, type, bytes: file.length, addedAt: this.#clock.now() };
		if (await this.#registry.add(sound, file, maxSounds)) return sound;
		throw new LivekeeperError("too_many_sounds", requestTexts.soundLimit(maxSounds));
	}

	/** A sound, without its content. @throws LivekeeperError `sound_not_found`, `storage_failing` */
	async get(id: string): Promise<StoredSound> {
		const sound = (await this.list()).find((one) => one.id === id);
		if (!sound) throw notFound();
		return sound;
	}

	/** Content of a sound. @throws LivekeeperError `sound_not_found`, `storage_failing` */
	async read(id: string): Promise<Uint8Array> {
		const file = await this.#registry.read(id);
		if (!file) throw notFound();
		return file;
	}

	/** @throws LivekeeperError `sound_not_found`, `storage_failing` */
	async remove(id: string): Promise<void> {
		if (!(await this.#registry.remove(id))) throw notFound();
	}
}

export function soundTooLarge(): LivekeeperError {
	return new LivekeeperError("sound_too_large", requestTexts.soundTooLarge(maxSoundBytes / 1024));
}

export function unsupportedSound(): LivekeeperError {
	return new LivekeeperError("unsupported_sound", requestTexts.noSoundFile);
}

function notFound(): LivekeeperError {
	return new LivekeeperError("sound_not_found", requestTexts.noSound);
}
