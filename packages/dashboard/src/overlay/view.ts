import { figure, hueOf, element as make } from "./elements.ts";
import type { Line } from "./line.ts";
import { frameNodes, isCounted, maxNodes, nodesOf } from "./model.ts";
import type { Settings } from "./parameters.ts";
import { lineText, wordsIn } from "./words.ts";

/**
 * The part of {@link Images} that an overlay needs: it resolves a picture of the site to an address that can be shown.
 */
export interface Pictures {
	get(url: string): Promise<string | undefined>;
}

interface Shown {
	element: HTMLElement;
	line: Line;
}

const slideMs = 200;
const fadeMs = 600;
/** Maximum number of pictures being loaded; further lines go without. */
const maxAwaited = 16;

/**
 * Renders lines as elements. Class names are public, for custom CSS; docs/overlay.md lists them. User texts are only
 * ever set as text.
 */
export class OverlayView {
	readonly list: HTMLElement;
	readonly #settings: Settings;
	readonly #pictures: Pictures;
	readonly #stillness = matchMedia("(prefers-reduced-motion: reduce)");
	readonly #shown = new Map<number, Shown>();
	/** Lines that fade out, oldest first. */
	readonly #leaving = new Set<Shown>();
	#awaited = 0;

	constructor(parent: HTMLElement, settings: Settings, pictures: Pictures) {
		this.#settings = settings;
		this.#pictures = pictures;
		this.list = make("ol", `feed${settings.levels ? " levels" : ""}`);
		parent.append(this.list);
	}

	/** Renders exactly these lines, oldest first. */
	render(lines: readonly Line[]): void {
		const wanted = new Set(lines.map(({ key }) => key));
		for (const [key, shown] of this.#shown) if (!wanted.has(key)) this.#leave(key, shown);
		const fresh: HTMLElement[] = [];
		for (const line of lines) {
			const shown = this.#shown.get(line.key);
			if (!shown) fresh.push(this.#enter(line));
			else if (shown.line !== line) this.#change(shown, line);
		}
		this.#trim();
		this.#hideCut();
		this.#slide(fresh);
	}

	#enter(line: Line): HTMLElement {
		const element = make("li", "line");
		element.style.setProperty("--hue", String(hueOf(line.name)));
		element.classList.toggle("odd", line.key % 2 !== 0);
		const shown = { element, line };
		this.#fill(shown);
		this.#shown.set(line.key, shown);
		this.list.append(element);
		return element;
	}

	#change(shown: Shown, line: Line): void {
		const grew = line.count !== shown.line.count;
		shown.line = line;
		this.#fill(shown);
		if (grew && !this.#stillness.matches) {
			shown.element.querySelector(".count")?.animate([{ transform: "scale(1.35)" }, { transform: "none" }], slideMs);
		}
	}

	#fill({ element, line }: Shown): void {
		const { kind, name, level, count } = line;
		// With the alert widget, lines of large gifts look like all others.
		const card = line.card && !this.#settings.widgets.includes("alert");
		const odd = element.classList.contains("odd");
		const cut = element.classList.contains("cut");
		element.className = `line ${kind}${card ? " card" : ""}${odd ? " odd" : ""}${line.avatar ? " faced" : ""}${cut ? " cut" : ""}`;
		element.dataset["seq"] = String(line.key);
		const author = make("bdi", "name", name);
		if (level > 0) author.dataset["level"] = String(level);
		const parts: Node[] = [author, document.createTextNode(lineText(line, this.#settings.lang))];
		if (isCounted(line)) {
			parts.push(make("b", "count", `×${figure.format(count)}`));
		}
		if (line.test) parts.splice(1, 0, make("i", "tag", wordsIn(this.#settings.lang).test));
		// Existing pictures stay, so a growing streak does not flicker.
		const pictures = element.querySelectorAll("img");
		element.replaceChildren(...parts);
		for (const picture of pictures) this.#place(element, picture);
		if (pictures.length === 0) {
			this.#picture(element, line.avatar, "avatar");
			this.#picture(element, line.picture, "picture");
		}
	}

	#picture(element: HTMLElement, url: string, name: "avatar" | "picture"): void {
		if (url === "" || this.#awaited >= maxAwaited) return;
		this.#awaited++;
		void this.#pictures.get(url).then((source) => {
			this.#awaited--;
			// The line may have been removed or filled twice before its picture loaded.
			if (source === undefined || !element.isConnected || element.querySelector(`img.${name}`)) return;
			const image = new Image();
			image.className = name;
			image.alt = "";
			image.onerror = () => image.remove();
			image.src = source;
			this.#place(element, image);
		});
	}

	#place(element: HTMLElement, image: HTMLImageElement): void {
		if (image.className === "avatar") element.prepend(image);
		else element.insertBefore(image, element.querySelector(".count"));
	}

	#leave(key: number, shown: Shown): void {
		this.#shown.delete(key);
		if (this.#stillness.matches) {
			shown.element.remove();
			return;
		}
		this.#leaving.add(shown);
		shown.element.classList.add("leaving");
		shown.element.animate([{ opacity: 1 }, { opacity: 0 }], { duration: fadeMs, fill: "forwards" }).onfinish = () =>
			this.#remove(shown);
	}

	#remove(shown: Shown): void {
		this.#leaving.delete(shown);
		shown.element.remove();
	}

	/** Removes fading lines in favour of visible ones, so the page never exceeds its node limit. */
	#trim(): void {
		let nodes = frameNodes;
		for (const { line } of this.#shown.values()) nodes += nodesOf(line);
		for (const { line } of this.#leaving) nodes += nodesOf(line);
		for (const shown of this.#leaving) {
			if (nodes <= maxNodes) return;
			nodes -= nodesOf(shown.line);
			this.#remove(shown);
		}
	}

	/**
	 * Hides a line that the edge would cut. The newest always shows, and so do those of the ticker, which runs past the
	 * edge on purpose.
	 */
	#hideCut(): void {
		if (this.#settings.theme === "ticker") return;
		const { offsetTop, clientHeight } = this.list;
		const up = this.#settings.direction === "up";
		const elements = [...this.#shown.values()].map(({ element }) => element);
		const cut = elements.slice(0, -1).filter((element) => {
			// A theme's decoration outside a line lies within its margin.
			const margin = Number.parseFloat(getComputedStyle(element).marginTop);
			const top = element.offsetTop - offsetTop;
			return up ? top - margin < 0 : top + element.offsetHeight > clientHeight;
		});
		for (const element of elements) element.classList.toggle("cut", cut.includes(element));
	}

	/** New lines push the others along: the whole list glides from its old position. Overlapping slides add up. */
	#slide(fresh: readonly HTMLElement[]): void {
		if (fresh.length === 0 || this.#stillness.matches) return;
		const along = this.#settings.theme === "ticker" ? "offsetWidth" : "offsetHeight";
		const by = fresh.reduce((sum, element) => sum + element[along], 0);
		if (by === 0 || by > this.list[along]) return;
		const from =
			along === "offsetWidth" ? `${by}px, 0` : this.#settings.direction === "up" ? `0, ${by}px` : `0, ${-by}px`;
		this.list.animate([{ transform: `translate(${from})` }, { transform: "translate(0, 0)" }], {
			duration: slideMs,
			easing: "ease-out",
			composite: "add",
		});
	}
}
