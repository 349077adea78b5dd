import { LivekeeperApiError } from "@livekeeper/client";
import type { After } from "./play-queue.ts";

/** Reads a sound file of the service. @throws LivekeeperApiError */
export type ReadSound = (id: string) => Promise<Blob>;
/** @throws where the browser can't play it */
export type DecodeSound = (file: Blob) => Promise<AudioBuffer>;

/** A sound plays for no longer than this, s. */
export const maxSoundS = 10;
/** A gift waits no longer than this to learn whether its sound is still there, ms. */
const maxWaitMs = 1_000;

/** A file of the user, decoded once. The service is asked before each use whether it is still there. */
export class SoundFile {
	readonly #read: () => Promise<Blob>;
	readonly #after: After;
	readonly #decode: DecodeSound;
	#asking: Promise<void> | undefined;
	#sound: AudioBuffer | undefined;

	constructor(id: string, read: ReadSound, after: After, decode: DecodeSound = decodeSound) {
		this.#read = () => read(id);
		this.#after = after;
		this.#decode = decode;
		this.#asking = this.#ask();
	}

	/**
	 * The sound; `undefined` if it was deleted, can't be played or did not come in time. While the service can't be reached,
	 * it is what it was. Never rejects.
	 */
	async current(): Promise<AudioBuffer | undefined> {
		this.#asking ??= this.#ask();
		let late: ReturnType<After> | undefined;
		const waited = new Promise<void>((resolve) => {
			late = this.#after(maxWaitMs, resolve);
		});
		await Promise.race([this.#asking, waited]);
		late?.cancel();
		return this.#sound;
	}

	async #ask(): Promise<void> {
		try {
			const file = await this.#read();
			// The id is made of the content, which never changes.
			this.#sound ??= await this.#decode(file);
		} catch (error) {
			const isAway = error instanceof LivekeeperApiError && error.code !== "sound_not_found";
			if (!isAway) this.#sound = undefined;
			console.warn("livekeeper overlay: the sound can't be read.", error);
		} finally {
			this.#asking = undefined;
		}
	}
}

/** Decodes the beginning of a file, as long as sounds play. Needs no audio device. */
export async function decodeSound(file: Blob): Promise<AudioBuffer> {
	const whole = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await file.arrayBuffer());
	const { numberOfChannels, sampleRate } = whole;
	const most = maxSoundS * sampleRate;
	if (whole.length <= most) return whole;
	const begin = new AudioBuffer({ length: most, numberOfChannels, sampleRate });
	for (let channel = 0; channel < numberOfChannels; channel++) {
		begin.copyToChannel(whole.getChannelData(channel).subarray(0, most), channel);
	}
	return begin;
}
