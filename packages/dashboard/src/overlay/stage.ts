import type { RoomEvent } from "@livekeeper/client";
import { BattleModel } from "./battle.ts";
import overlayCss from "./overlay.css?inline";
import { Overlay } from "./overlay.ts";
import type { Settings } from "./parameters.ts";
import { safeCss } from "./safe-css.ts";
import type { ReadSound } from "./sound-file.ts";
import type { Tally } from "./tally.ts";
import type { Pictures } from "./view.ts";

/** Number of recent events shown again after a change of settings, so the change is visible at once. */
const maxKept = 20;

/** The style sheet shared by all overlays of a page, parsed once. */
let common: CSSStyleSheet | undefined;

/** Holds one overlay whose settings may change; its content then continues in the new look. */
export class Stage {
	readonly #root: Document | ShadowRoot;
	readonly #pictures: Pictures;
	readonly #readSound: ReadSound | undefined;
	#overlay: Overlay | undefined;
	#kept: RoomEvent[] = [];
	#tally: Tally | undefined;
	/** A battle may have begun before the oldest event that is shown again. */
	readonly #battle = new BattleModel();
	#incomplete = false;
	#own: CSSStyleSheet | undefined;
	#injected: CSSStyleSheet | undefined;

	/**
	 * @param root the page itself, or the shadow tree to render into; its style sheets are replaced
	 * @param readSound reads the user's sound files; not needed where the overlay is silent
	 */
	constructor(root: Document | ShadowRoot, pictures: Pictures, readSound?: ReadSound) {
		this.#root = root;
		this.#pictures = pictures;
		this.#readSound = readSound;
	}

	show(settings: Settings): void {
		this.#overlay?.close();
		this.#own = sheetOf(safeCss(settings.css));
		this.#dress();
		const parent = this.#root instanceof Document ? this.#root.body : this.#root;
		this.#overlay = new Overlay(parent, settings, this.#pictures, this.#battle, this.#readSound);
		for (const event of this.#kept) this.#overlay.add(event, true);
		if (this.#tally) this.#overlay.tell(this.#tally);
		if (this.#incomplete) this.#overlay.markIncomplete();
	}

	add(event: RoomEvent): void {
		this.#kept = [...this.#kept.slice(1 - maxKept), event];
		this.#battle.add(event);
		if (event.type === "gifts_withheld") this.#incomplete = true;
		if (event.type === "broadcast_started") this.#incomplete = false;
		this.#overlay?.add(event);
	}

	tell(tally: Tally): void {
		this.#tally = tally;
		this.#overlay?.tell(tally);
	}

	/** Sets the room's anchor, whose side a battle shows first. @param anchorId a user id */
	setAnchor(anchorId: string): void {
		this.#battle.anchorId = anchorId;
	}

	markIncomplete(): void {
		this.#incomplete = true;
		this.#overlay?.markIncomplete();
	}

	/** Drops all content, for a change of the room. */
	clear(): void {
		this.#battle.clear();
		this.#kept = [];
		this.#tally = undefined;
		this.#incomplete = false;
		this.#overlay?.close();
		this.#overlay = undefined;
	}

	/**
	 * Applies the "Custom CSS" field of OBS. OBS adds a style element to the page, which the page's content security
	 * policy disables.
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

/** The page's policy forbids style attributes and inline sheets, but not constructed ones. */
function sheetOf(css: string): CSSStyleSheet {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	return sheet;
}
