import type { RoomEvent } from "@livekeeper/client";
import type { BattleModel } from "./battle.ts";
import { element } from "./elements.ts";
import { GiftSounds, SoundPlayer } from "./gift-sounds.ts";
import type { Line } from "./line.ts";
import { OverlayModel } from "./model.ts";
import { AlertPanel, GoalPanel, type Panel, PkPanel, RankingPanel } from "./panels.ts";
import type { OverlayWidget, Settings } from "./parameters.ts";
import { after } from "./play-queue.ts";
import { browserVoice, Speech } from "./speech.ts";
import type { Tally } from "./tally.ts";
import { OverlayView, type Pictures } from "./view.ts";
import { wordsIn } from "./words.ts";

/** How often it is looked what has shown long enough, and how long a battle goes on, ms. */
const tickMs = 250;
/** From this width on, and where it is wider than high, the parts have places of their own in the picture, px. */
const wideWidth = 900;

/** One overlay in a page, or in a shadow tree of it: takes what the room says, and shows it once a frame. */
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

	/** @param battle what there is of a battle; who has it keeps it up to date */
	constructor(parent: HTMLElement | ShadowRoot, settings: Settings, pictures: Pictures, battle: BattleModel) {
		// The whole of a page, or one of its pictures.
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
		this.#sounds = new GiftSounds(new SoundPlayer(settings, after), settings, after);
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

	/** @param again whether it has shown before: then it makes no sound, and takes the picture for itself no more */
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

	/** What the broadcast has come to. */
	tell(tally: Tally): void {
		for (const panel of this.#panels) panel.tell?.(tally);
	}

	/** Says that the gifts that show are not all, until another broadcast begins. */
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
	// Through the style object a value is only ever a value.
	if (font !== "") root.style.setProperty("font-family", font);
	return root;
}
