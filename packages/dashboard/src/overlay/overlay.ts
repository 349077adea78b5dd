import type { RoomEvent } from "@livekeeper/client";
import type { BattleModel } from "./battle.ts";
import { element } from "./elements.ts";
import { GiftSounds, SoundPlayer } from "./gift-sounds.ts";
import type { Line } from "./line.ts";
import { OverlayModel } from "./model.ts";
import { AlertPanel, GoalPanel, type Panel, PkPanel, RankingPanel } from "./panels.ts";
import type { OverlayWidget, Settings } from "./parameters.ts";
import { after } from "./play-queue.ts";
import type { ReadSound } from "./sound-file.ts";
import { browserVoice, Speech } from "./speech.ts";
import type { Tally } from "./tally.ts";
import { OverlayView, type Pictures } from "./view.ts";
import { wordsIn } from "./words.ts";

/** Interval at which old lines expire and the battle's clock is updated, ms. */
const tickMs = 250;
/** From this width on, and if it is wider than high, an overlay places its parts across the picture, px. */
const wideWidth = 900;

/** One overlay in a page or in one of its shadow trees. Takes a room's events and renders once per frame. */
export class Overlay {
	readonly #root: HTMLElement;
	readonly #note: HTMLElement;
	readonly #model: OverlayModel;
	readonly #view: OverlayView | undefined;
	readonly #panels: Panel[] = [];
	readonly #sounds: GiftSounds;
	readonly #speech: Speech | undefined;
	readonly #ticking: ReturnType<typeof setInterval>;
	readonly #sizes: ResizeObserver;
	#frame = 0;

	/**
	 * @param battle the current battle; its owner keeps it up to date
	 * @param read reads the user's sound files
	 */
	constructor(
		parent: HTMLElement | ShadowRoot,
		settings: Settings,
		pictures: Pictures,
		battle: BattleModel,
		read?: ReadSound,
	) {
		// The overlay is the whole page, or one of several within a page.
		this.#root = rootOf(parent === document.body ? "main" : "div", settings);
		this.#model = new OverlayModel(settings);
		const has = (widget: OverlayWidget) => settings.widgets.includes(widget);
		if (has("pk")) this.#panels.push(new PkPanel(this.#root, settings, battle));
		if (has("goal")) this.#panels.push(new GoalPanel(this.#root, settings));
		if (has("ranking")) this.#panels.push(new RankingPanel(this.#root, settings));
		if (has("alert")) this.#panels.push(new AlertPanel(this.#root, settings, pictures));
		this.#view = has("feed") ? new OverlayView(this.#root, settings, pictures) : undefined;
		this.#note = element("p", "note", wordsIn(settings.lang).incomplete);
		parent.append(this.#root);
		this.#sounds = new GiftSounds(new SoundPlayer(settings, after, read), settings, after);
		const voice = settings.tts.length > 0 ? browserVoice(settings) : undefined;
		this.#speech = voice && new Speech(voice, settings, after);
		this.#ticking = setInterval(() => {
			this.#model.expire(performance.now());
			this.#draw();
		}, tickMs);
		this.#sizes = new ResizeObserver(() => {
			const { clientWidth, clientHeight } = this.#root;
			this.#root.classList.toggle("wide", clientWidth >= wideWidth && clientWidth > clientHeight);
		});
		this.#sizes.observe(this.#root);
	}

	/** @param again whether the event was shown before: if so, it makes no sound and gets no alert */
	add(event: RoomEvent, again = false): void {
		if (event.type === "message_deleted") {
			for (const line of this.#model.takeBack(event.message_ids)) {
				this.#speech?.forget(line);
				this.#sounds.forget(line);
			}
		} else {
			const line = this.#model.add(event, performance.now());
			if (line && !again) this.#tell(line, line.key !== event.seq);
		}
		this.#draw();
	}

	/** Updates the totals of the broadcast. */
	tell(tally: Tally): void {
		for (const panel of this.#panels) panel.tell?.(tally);
	}

	/** Marks the visible gifts as incomplete, until the next broadcast begins. */
	markIncomplete(): void {
		this.#model.incomplete = true;
		this.#draw();
	}

	close(): void {
		clearInterval(this.#ticking);
		cancelAnimationFrame(this.#frame);
		this.#sizes.disconnect();
		this.#speech?.close();
		this.#sounds.close();
		this.#root.remove();
	}

	#tell(line: Line, grown: boolean): void {
		this.#speech?.say(line, grown);
		if (line.kind !== "gift") return;
		this.#sounds.ring(line);
		if (line.card) for (const panel of this.#panels) panel.gift?.(line);
	}

	#draw(): void {
		this.#frame ||= requestAnimationFrame(() => {
			this.#frame = 0;
			this.#view?.render(this.#model.lines);
			for (const panel of this.#panels) panel.draw?.(Date.now());
			this.#root.classList.toggle("incomplete", this.#model.incomplete);
			if (!this.#model.incomplete) this.#note.remove();
			else if (!this.#note.isConnected) this.#root.append(this.#note);
		});
	}
}

function rootOf(tag: "main" | "div", { theme, direction, lang, size, font }: Settings): HTMLElement {
	const root = element(tag, `overlay ${theme} ${direction}`);
	root.lang = lang === "zh" ? "zh-CN" : "en";
	root.style.setProperty("--size", `${size}px`);
	// The style object takes a value only as a value, so it can't inject other declarations.
	if (font !== "") root.style.setProperty("font-family", font);
	return root;
}
