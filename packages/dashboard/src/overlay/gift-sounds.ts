/** Notes of a pentatonic scale, Hz: whatever sounds together sounds well. */
const scale = [523.25, 587.33, 659.25, 783.99, 880, 1046.5, 1174.66];
/** Between two notes, s. */
const step = 0.09;
/** Sounds begin at least so far apart, s: a rain of gifts is no noise. */
const apart = 0.6;

/** How many notes a gift rings: more for a dearer one. */
export function notesFor(diamonds: number): number {
	return Math.min(scale.length, 3 + Math.floor(Math.log10(Math.max(1, diamonds) / 100 + 1) * 2));
}

/** A chime, made by the browser: no file is loaded for it. */
export class Chime {
	readonly #loudness: number;
	#context: AudioContext | undefined;
	#next = 0;

	/** @param percent 0 to 100 */
	constructor(percent: number) {
		this.#loudness = (percent / 100) ** 2;
	}

	ring(diamonds: number): void {
		if (this.#loudness === 0) return;
		this.#context ??= new AudioContext();
		const context = this.#context;
		// A browser outside of OBS is silent before the first click into the page.
		if (context.state === "suspended") void context.resume();
		if (context.currentTime < this.#next) return;
		this.#next = context.currentTime + apart;
		for (let i = 0; i < notesFor(diamonds); i++) this.#note(context, scale[i] ?? 0, context.currentTime + i * step);
	}

	close(): void {
		void this.#context?.close();
	}

	#note(context: AudioContext, frequency: number, at: number): void {
		const volume = context.createGain();
		volume.connect(context.destination);
		volume.gain.setValueAtTime(0, at);
		volume.gain.linearRampToValueAtTime(this.#loudness * 0.5, at + 0.01);
		volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
		// A bell: the note, and a quieter one two octaves and a third above it.
		for (const [times, type] of [
			[1, "triangle"],
			[5.04, "sine"],
		] as const) {
			const tone = context.createOscillator();
			tone.type = type;
			tone.frequency.value = frequency * times;
			const part = context.createGain();
			part.gain.value = times === 1 ? 0.8 : 0.12;
			tone.connect(part).connect(volume);
			tone.start(at);
			tone.stop(at + 1);
		}
	}
}
