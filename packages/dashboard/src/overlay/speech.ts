import type { Line } from "./line.ts";
import type { Settings } from "./parameters.ts";
import { spokenText } from "./words.ts";

/** Reads one text aloud. `done` is called at its end, also where it failed. */
export interface Voice {
	speak(text: string, done: () => void): void;
	/** Stops what is being read. */
	cancel(): void;
}

/** Maximum number of waiting messages; the oldest is dropped. With `longestMs`, nothing is read over a minute late. */
const mostWaiting = 3;
/** Browsers forget to tell the end of some texts: after this long it is taken for over, ms. */
const longestMs = 15_000;
const longestText = 80;

/** Reads lines aloud one after the other, never far behind what shows. */
export class Speech {
	readonly #voice: Voice;
	readonly #settings: Settings;
	readonly #after: (delayMs: number, fn: () => void) => { cancel(): void };
	#waiting: Line[] = [];
	#speaking = false;

	constructor(voice: Voice, settings: Settings, after: (delayMs: number, fn: () => void) => { cancel(): void }) {
		this.#voice = voice;
		this.#settings = settings;
		this.#after = after;
	}

	/** @param grown whether the line was there before: then it only brings what still waits up to date */
	say(line: Line, grown: boolean): void {
		if (!this.#settings.tts.includes(line.kind)) return;
		const index = this.#waiting.findIndex(({ key }) => key === line.key);
		if (index >= 0) this.#waiting[index] = line;
		else if (!grown) this.#waiting.push(line);
		if (this.#waiting.length > mostWaiting) this.#waiting.shift();
		this.#next();
	}

	/** What is being read is read on. */
	forget({ key }: Line): void {
		this.#waiting = this.#waiting.filter((line) => line.key !== key);
	}

	/** Says nothing more. */
	close(): void {
		this.#waiting = [];
		this.#voice.cancel();
	}

	get waiting(): number {
		return this.#waiting.length;
	}

	#next(): void {
		if (this.#speaking) return;
		const line = this.#waiting.shift();
		if (!line) return;
		this.#speaking = true;
		let over = false;
		const done = () => {
			if (over) return;
			over = true;
			watchdog.cancel();
			this.#speaking = false;
			this.#next();
		};
		const watchdog = this.#after(longestMs, () => {
			this.#voice.cancel();
			done();
		});
		this.#voice.speak(spokenText(line, this.#settings.lang).slice(0, longestText), done);
	}
}

/** The browser's own voices; `undefined` where it has none to speak with. */
export function browserVoice(settings: Settings): Voice | undefined {
	const synthesis = globalThis.speechSynthesis;
	if (!synthesis) return undefined;
	const language = settings.lang === "zh" ? "zh-CN" : "en-US";
	return {
		speak(text, done) {
			const utterance = new SpeechSynthesisUtterance(text);
			utterance.lang = language;
			utterance.rate = settings.tts_rate;
			// Asked each time: browsers load their voices late.
			const voices = synthesis.getVoices();
			const wanted = settings.tts_voice.toLowerCase();
			const chosen = wanted === "" ? undefined : voices.find(({ name }) => name.toLowerCase().includes(wanted));
			const voice = chosen ?? voices.find(({ lang }) => lang.replace("_", "-") === language);
			if (voice) utterance.voice = voice;
			utterance.onend = done;
			utterance.onerror = done;
			synthesis.speak(utterance);
		},
		cancel: () => synthesis.cancel(),
	};
}
