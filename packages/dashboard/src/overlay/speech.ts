import type { Line } from "./line.ts";
import type { Settings } from "./parameters.ts";
import { type After, type Player, PlayQueue } from "./play-queue.ts";
import { spokenText } from "./words.ts";

/** Maximum time for one text, ms. At most three texts wait, so none is read more than a minute late. */
const maxItemMs = 15_000;
const maxText = 80;

/** Reads lines aloud one after the other. */
export class Speech {
	readonly #settings: Settings;
	readonly #queue: PlayQueue<Line>;

	constructor(voice: Player<string>, settings: Settings, after: After) {
		this.#settings = settings;
		const play = (line: Line, done: () => void) => voice.play(spokenText(line, settings.lang).slice(0, maxText), done);
		this.#queue = new PlayQueue({ play, cancel: () => voice.cancel() }, maxItemMs, after);
	}

	/** @param grown whether the line was there before: if so, this only updates it while it waits */
	say(line: Line, grown: boolean): void {
		if (this.#settings.tts.includes(line.kind)) this.#queue.add(line, grown);
	}

	/** Drops a waiting line; the one being read is finished. */
	forget(line: Line): void {
		this.#queue.forget(line);
	}

	/** Stops reading and drops all waiting lines. */
	close(): void {
		this.#queue.close();
	}

	get waiting(): number {
		return this.#queue.waiting;
	}
}

/** Returns the browser's own speech synthesis; `undefined` if it has none. */
export function browserVoice(settings: Settings): Player<string> | undefined {
	const synthesis = globalThis.speechSynthesis;
	if (!synthesis) return undefined;
	const language = settings.lang === "zh" ? "zh-CN" : "en-US";
	return {
		play(text, done) {
			const utterance = new SpeechSynthesisUtterance(text);
			utterance.lang = language;
			utterance.rate = settings.tts_rate;
			// Read each time, because browsers load their voices late.
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
