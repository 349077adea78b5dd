import type { Line } from "./line.ts";
import { parameters, type Settings, type SoundName } from "./parameters.ts";
import { type After, type Player, PlayQueue } from "./play-queue.ts";
import { isSoundFile } from "./settings.ts";
import { maxSoundS, type ReadSound, SoundFile } from "./sound-file.ts";

/** A note of a built-in sound. */
interface Note {
	/** Hz. */
	frequency: number;
	/** Start and length, s; the start counts from the beginning of the sound. */
	at: number;
	length: number;
	/** Share of the volume, 0 to 1. */
	share: number;
	type: OscillatorType;
}

/** Notes of a pentatonic scale, Hz: any of them sound well together. */
const scale = [523.25, 587.33, 659.25, 783.99, 880, 1046.5, 1174.66];

/** Returns the number of notes for a gift: a more expensive gift has more. */
const notesFor = (diamonds: number) =>
	Math.min(scale.length, 3 + Math.floor(Math.log10(Math.max(1, diamonds) / 100 + 1) * 2));

/** A bell: the note and a quieter one, two octaves and a third above. */
const bell = (frequency: number, at: number, length: number): Note[] => [
	{ frequency, at, length, share: 0.4, type: "triangle" },
	{ frequency: frequency * 5.04, at, length, share: 0.06, type: "sine" },
];

/** The built-in sounds, which are synthesised. */
const sounds: Readonly<Record<SoundName, (diamonds: number) => Note[]>> = {
	chime: (diamonds) => scale.slice(0, notesFor(diamonds)).flatMap((frequency, i) => bell(frequency, i * 0.09, 0.9)),
	bell: () => [...bell(659.25, 0, 1.6), ...bell(1318.5, 0.02, 1.1)],
	coins: (diamonds) =>
		Array.from({ length: notesFor(diamonds) * 2 }, (_, i) => ({
			...{ frequency: i % 2 === 0 ? 1975.53 : 2637.02, at: i * 0.07, length: 0.16 },
			...{ share: 0.14, type: "square" as const },
		})),
	fanfare: () =>
		[523.25, 659.25, 783.99, 1046.5].flatMap((frequency, i) =>
			[1, 1.003].map((detuned) => ({
				...{ frequency: frequency * detuned, at: i * 0.14, length: i === 3 ? 0.9 : 0.18 },
				...{ share: 0.12, type: "sawtooth" as const },
			})),
		),
};

/** Returns the notes of a sound for a gift of this worth. */
export function notesOf(name: SoundName, diamonds: number): Note[] {
	return sounds[name](diamonds);
}

/** Time after which a sound is given up if the browser does not start it or never reports its end, ms. */
const maxItemMs = maxSoundS * 1000 + 2_000;
/** Length of the fade-out of a file that is cut, s. */
const fadeS = 0.5;
/** Maximum number of remembered streaks; an overlay shows no more lines at once. */
const maxRung = 20;

type Gift = Pick<Line, "key" | "diamonds">;

/** Plays a sound for each gift above the minimum worth, once per streak, one after the other. */
export class GiftSounds {
	readonly #settings: Settings;
	readonly #queue: PlayQueue<Gift>;
	#rung: readonly number[] = [];

	constructor(player: Player<Gift>, settings: Settings, after: After) {
		this.#settings = settings;
		this.#queue = new PlayQueue(player, maxItemMs, after);
	}

	ring({ key, diamonds }: Gift): void {
		if (this.#settings.sound === 0 || diamonds < this.#settings.sound_min) return;
		const again = this.#rung.includes(key);
		if (!again) this.#rung = [...this.#rung.slice(1 - maxRung), key];
		this.#queue.add({ key, diamonds }, again);
	}

	/** Removes a gift that was deleted before its turn. */
	forget(gift: Gift): void {
		this.#queue.forget(gift);
	}

	close(): void {
		this.#queue.close();
	}
}

/**
 * Plays a built-in sound or a file of the user through Web Audio; the chime replaces a file that is gone. Creates no
 * audio context before the first sound.
 */
export class SoundPlayer implements Player<Pick<Gift, "diamonds">> {
	readonly #name: SoundName;
	readonly #file: SoundFile | undefined;
	readonly #loudness: number;
	readonly #after: After;
	#context: AudioContext | undefined;
	/** Number of cancellations: a sound that was cancelled before it started does not start. */
	#turn = 0;

	/** @param read reads the user's files, which are loaded at once; `undefined`: there are none */
	constructor({ sound, sound_of: name }: Pick<Settings, "sound" | "sound_of">, after: After, read?: ReadSound) {
		const { values, default: standard } = parameters.sound_of;
		this.#name = values.find((one) => one === name) ?? standard;
		this.#file = sound > 0 && read && isSoundFile(name) ? new SoundFile(name, read, after) : undefined;
		this.#loudness = (sound / 100) ** 2;
		this.#after = after;
	}

	play({ diamonds }: Pick<Gift, "diamonds">, done: () => void): void {
		this.#context ??= new AudioContext();
		const context = this.#context;
		const turn = this.#turn;
		// A browser outside of OBS is silent until the first click into the page; the watchdog drops a sound that waits for
		// it.
		const begin = ([file]: [AudioBuffer | undefined, unknown]) => {
			if (turn !== this.#turn) return;
			const lengthS = file ? this.#playFile(context, file) : this.#playNotes(context, diamonds);
			this.#after(lengthS * 1000, done);
		};
		void Promise.all([this.#file?.current(), context.resume()]).then(begin, done);
	}

	cancel(): void {
		this.#turn++;
		void this.#context?.close();
		this.#context = undefined;
	}

	/** @returns how long it plays, s */
	#playFile(context: AudioContext, file: AudioBuffer): number {
		const end = context.currentTime + file.duration;
		const volume = context.createGain();
		volume.connect(context.destination);
		volume.gain.setValueAtTime(this.#loudness, context.currentTime);
		if (file.duration >= maxSoundS) {
			volume.gain.setValueAtTime(this.#loudness, end - fadeS);
			volume.gain.linearRampToValueAtTime(0, end);
		}
		const source = context.createBufferSource();
		source.buffer = file;
		source.connect(volume);
		source.start();
		return file.duration;
	}

	/** @returns how long they ring, s */
	#playNotes(context: AudioContext, diamonds: number): number {
		const notes = notesOf(this.#name, diamonds);
		for (const note of notes) this.#note(context, note);
		return Math.max(...notes.map(({ at, length }) => at + length));
	}

	#note(context: AudioContext, { frequency, at, length, share, type }: Note): void {
		const begin = context.currentTime + at;
		const volume = context.createGain();
		volume.connect(context.destination);
		volume.gain.setValueAtTime(0, begin);
		volume.gain.linearRampToValueAtTime(this.#loudness * share, begin + 0.01);
		volume.gain.exponentialRampToValueAtTime(0.0001, begin + length);
		const tone = context.createOscillator();
		tone.type = type;
		tone.frequency.value = frequency;
		tone.connect(volume);
		tone.start(begin);
		tone.stop(begin + length);
	}
}
