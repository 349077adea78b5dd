import type { RoomEvent } from "@livekeeper/client";
import { BattleModel } from "./battle.ts";
import overlayCss from "./overlay.css?inline";
import { Overlay } from "./overlay.ts";
import type { Settings } from "./parameters.ts";
import { safeCss } from "./safe-css.ts";
import type { Tally } from "./tally.ts";
import type { Pictures } from "./view.ts";

/** Shown again when the settings change: a change is seen at once, not with the next message. */
const mostKept = 20;

/** What all overlays of a page are dressed in: parsed once, however many there are. */
let common: CSSStyleSheet | undefined;

/** The place of one overlay, whose settings may change: what shows goes on in the new look. */
export class Stage {
	readonly #root: Document | ShadowRoot;
	readonly #pictures: Pictures;
	#overlay: Overlay | undefined;
	#kept: RoomEvent[] = [];
	#tally: Tally | undefined;
	/** A battle may be longer ago than what is shown again. */
	readonly #battle = new BattleModel();
	#incomplete = false;
	#own: CSSStyleSheet | undefined;
	#injected: CSSStyleSheet | undefined;

	/** @param root the page itself, or the shadow tree to render in; its style sheets are replaced */
	constructor(root: Document | ShadowRoot, pictures: Pictures) {
		this.#root = root;
		this.#pictures = pictures;
	}

	show(settings: Settings): void {
		this.#overlay?.close();
		this.#own = sheetOf(safeCss(settings.css));
		this.#dress();
		const parent = this.#root instanceof Document ? this.#root.body : this.#root;
		this.#overlay = new Overlay(parent, settings, this.#pictures, this.#battle);
		for (const event of this.#kept) this.#overlay.add(event, true);
		if (this.#tally) this.#overlay.tell(this.#tally);
		if (this.#incomplete) this.#overlay.markIncomplete();
	}

	add(event: RoomEvent): void {
		this.#kept = [...this.#kept.slice(1 - mostKept), event];
		this.#battle.add(event);
		if (event.type === "gifts_withheld") this.#incomplete = true;
		if (event.type === "broadcast_started") this.#incomplete = false;
		this.#overlay?.add(event);
	}

	tell(tally: Tally): void {
		this.#tally = tally;
		this.#overlay?.tell(tally);
	}

	/** Whose room it is: a battle shows that side first. @param anchorId a user id */
	setAnchor(anchorId: string): void {
		this.#battle.anchorId = anchorId;
	}

	markIncomplete(): void {
		this.#incomplete = true;
		this.#overlay?.markIncomplete();
	}

	/** Another room: what showed is gone. */
	clear(): void {
		this.#battle.clear();
		this.#kept = [];
		this.#tally = undefined;
		this.#incomplete = false;
		this.#overlay?.close();
		this.#overlay = undefined;
	}

	/**
	 * Takes over what OBS writes into its field "Custom CSS": it puts a style element into the page, which the page's
	 * policy keeps from working by itself.
	 */
	adoptInjectedStyles(page: Document): void {
		new MutationObserver((changes) => {
			const nodes = changes.flatMap(({ addedNodes }) => [...addedNodes]);
			const [style] = nodes.filter((node) => node instanceof HTMLStyleElement);
			if (!style) return;
			this.#injected = sheetOf(safeCss(style.textContent ?? ""));
			this.#dress();
		}).observe(page.head, { childList: true });
	}

	#dress(): void {
		common ??= sheetOf(overlayCss);
		this.#root.adoptedStyleSheets = [common, this.#own, this.#injected].filter((sheet) => sheet !== undefined);
	}
}

/** The page's policy allows no style of an element or an inline sheet; these are neither. */
function sheetOf(css: string): CSSStyleSheet {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	return sheet;
}
