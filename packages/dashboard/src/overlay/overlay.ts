import type { RoomEvent } from "@livekeeper/client";
import { OverlayModel } from "./model.ts";
import overlayCss from "./overlay.css?inline";
import type { Settings } from "./parameters.ts";
import { safeCss } from "./safe-css.ts";
import { browserVoice, Speech } from "./speech.ts";
import { OverlayView, type Pictures } from "./view.ts";

/** How often it is looked what has shown long enough, ms. */
const expiryMs = 250;

/** One overlay on a page, or in a shadow tree of it: takes events, and shows them once a frame. */
export class Overlay {
	readonly #model: OverlayModel;
	readonly #view: OverlayView;
	readonly #speech: Speech | undefined;
	readonly #expiry: ReturnType<typeof setInterval>;
	#frame = 0;

	/** @param root the page itself, or the shadow tree to stand in; its style sheets are replaced */
	constructor(root: Document | ShadowRoot, settings: Settings, pictures: Pictures) {
		root.adoptedStyleSheets = [sheetOf(overlayCss), sheetOf(safeCss(settings.css))];
		this.#model = new OverlayModel(settings);
		this.#view = new OverlayView(root instanceof Document ? root.body : root, settings, pictures);
		const voice = settings.tts.length > 0 ? browserVoice(settings) : undefined;
		this.#speech = voice && new Speech(voice, settings, after);
		this.#expiry = setInterval(() => {
			this.#model.expire(performance.now());
			this.#draw();
		}, expiryMs);
	}

	add(event: RoomEvent): void {
		if (event.type === "message_deleted") {
			for (const line of this.#model.takeBack(event.message_ids)) this.#speech?.forget(line);
			this.#draw();
			return;
		}
		const line = this.#model.add(event, performance.now());
		if (event.type === "gifts_withheld" || event.type === "broadcast_started") this.#draw();
		if (!line) return;
		this.#speech?.say(line, line.key !== event.seq);
		this.#draw();
	}

	/** Says that the gifts that show are not all, until another broadcast begins. */
	markIncomplete(): void {
		this.#model.incomplete = true;
		this.#draw();
	}

	close(): void {
		clearInterval(this.#expiry);
		cancelAnimationFrame(this.#frame);
		this.#speech?.close();
		this.#view.close();
	}

	#draw(): void {
		this.#frame ||= requestAnimationFrame(() => {
			this.#frame = 0;
			this.#view.render(this.#model.lines, this.#model.incomplete);
		});
	}
}

/** The page's policy allows no style of an element or an inline sheet; these are neither. */
function sheetOf(css: string): CSSStyleSheet {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	return sheet;
}

/**
 * Takes over what OBS writes into its field "Custom CSS": it puts a style element into the page, which the page's policy
 * keeps from working by itself.
 */
export function adoptInjectedStyles(page: Document): void {
	const adopted = [...page.adoptedStyleSheets];
	new MutationObserver((changes) => {
		const nodes = changes.flatMap(({ addedNodes }) => [...addedNodes]);
		const [style] = nodes.filter((node) => node instanceof HTMLStyleElement);
		if (style) page.adoptedStyleSheets = [...adopted, sheetOf(safeCss(style.textContent ?? ""))];
	}).observe(page.head, { childList: true });
}

function after(delayMs: number, fn: () => void): { cancel(): void } {
	const timer = setTimeout(fn, delayMs);
	return { cancel: () => clearTimeout(timer) };
}
