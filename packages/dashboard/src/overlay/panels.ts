import type { Battle, BattleModel } from "./battle.ts";
import { drawnGift, element, figure, setText } from "./elements.ts";
import type { Line } from "./line.ts";
import type { Settings } from "./parameters.ts";
import type { Tally } from "./tally.ts";
import type { Pictures } from "./view.ts";
import { lineText, wordsIn } from "./words.ts";

/** A part of an overlay besides its lines. User texts are only ever set as text. */
export interface Panel {
	/** Updates the totals of the broadcast. */
	tell?(tally: Tally): void;
	/** Handles a gift that is worth a card, or whose streak has grown. */
	gift?(line: Line): void;
	/** Updates the display. @param now ms since the epoch */
	draw?(now: number): void;
}

/** A battle: the leader, the margin, and the remaining time. Hidden while there is none. */
export class PkPanel implements Panel {
	readonly #parent: HTMLElement;
	readonly #battle: BattleModel;
	readonly #words;
	#root: HTMLElement | undefined;

	constructor(parent: HTMLElement, { lang }: Settings, battle: BattleModel) {
		this.#parent = parent;
		this.#battle = battle;
		this.#words = wordsIn(lang);
	}

	draw(now: number): void {
		const battle = this.#battle.at(now);
		if (!battle || battle.sides.length < 2) {
			this.#root?.remove();
			this.#root = undefined;
			return;
		}
		const [ours, theirs] = this.#twoSides(battle);
		this.#root ??= this.#build();
		const root = this.#root;
		root.className = `panel pk${battle.over ? " over" : ""}${battle.test ? " test" : ""}`;
		const clock = battle.over ? this.#result(ours.score, theirs.score) : clockText(battle.endsAt - now);
		setText(part(root, ".clock"), battle.test ? `${clock} ${this.#words.test}` : clock);
		const sum = ours.score + theirs.score;
		// Neither side is ever pushed out of the picture.
		const share = sum === 0 ? 50 : Math.min(88, Math.max(12, (ours.score / sum) * 100));
		root.style.setProperty("--share", `${share}%`);
		for (const [name, side, other] of [
			["us", ours, theirs],
			["them", theirs, ours],
		] as const) {
			const at = part(root, `.${name}`);
			at.classList.toggle("leads", side.score > other.score);
			setText(part(at, ".side-name"), side.name || this.#words[name]);
			// Blurred scores are shown exactly as the site writes them.
			setText(part(at, ".score"), /\D/.test(side.shown) ? side.shown : figure.format(side.score));
		}
	}

	/** Returns the room's own side, and all others added up. */
	#twoSides({ sides }: Battle) {
		const [ours, ...others] = sides as [Battle["sides"][0], ...Battle["sides"]];
		const [first] = others as [Battle["sides"][0]];
		if (others.length === 1) return [ours, first] as const;
		const best = others.reduce((a, b) => (b.score > a.score ? b : a), first);
		return [ours, best] as const;
	}

	#result(ours: number, theirs: number): string {
		return ours === theirs ? this.#words.draw : ours > theirs ? this.#words.won : this.#words.lost;
	}

	#build(): HTMLElement {
		const root = element("section", "panel pk");
		const bar = element("div", "pk-bar");
		bar.append(element("i", "pk-fill"));
		for (const name of ["us", "them"]) {
			const side = element("div", `side ${name}`);
			side.append(element("bdi", "side-name"), element("b", "score"));
			root.append(side);
		}
		root.append(element("span", "clock"), bar);
		this.#parent.prepend(root);
		return root;
	}
}

/** 3:07, or "PK" if no end was reported. */
function clockText(leftMs: number): string {
	if (leftMs < -3_600_000) return "PK";
	const seconds = Math.max(0, Math.ceil(leftMs / 1000));
	return `PK ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Top givers of this broadcast. */
export class RankingPanel implements Panel {
	readonly #list: HTMLElement;
	readonly #settings: Settings;
	readonly #nobody: HTMLElement;

	constructor(parent: HTMLElement, settings: Settings) {
		this.#settings = settings;
		const words = wordsIn(settings.lang);
		const root = element("section", "panel ranking");
		this.#list = element("ol", "givers");
		this.#nobody = element("p", "nobody", words.nobody);
		root.append(element("h2", "title", words.ranking), this.#nobody);
		parent.append(root);
	}

	tell({ givers }: Tally): void {
		const shown = givers.slice(0, this.#settings.ranks);
		if (shown.length > 0 && this.#nobody.isConnected) this.#nobody.replaceWith(this.#list);
		else if (shown.length === 0 && this.#list.isConnected) this.#list.replaceWith(this.#nobody);
		while (this.#list.children.length > shown.length) this.#list.lastElementChild?.remove();
		shown.forEach(({ name, diamonds }, i) => {
			const row = this.#list.children[i] ?? this.#row(i);
			setText(part(row, ".side-name"), name);
			setText(part(row, ".score"), figure.format(diamonds));
		});
	}

	#row(i: number): Element {
		const row = element("li", `giver place-${i + 1}`);
		row.append(element("b", "place", String(i + 1)), element("bdi", "side-name"), element("span", "score"));
		this.#list.append(row);
		return row;
	}
}

/** Progress of the broadcast towards the host's goal. */
export class GoalPanel implements Panel {
	readonly #root = element("section", "panel goal");
	readonly #settings: Settings;
	readonly #state = element("span", "goal-state");
	readonly #share = element("b", "goal-share");

	constructor(parent: HTMLElement, settings: Settings) {
		this.#settings = settings;
		const { goal } = wordsIn(settings.lang);
		const bar = element("div", "goal-bar");
		bar.append(element("i", "goal-fill"));
		const title = element("h2", "title", settings.goal_title.trim() || goal[settings.goal_of]);
		this.#root.append(title, this.#state, bar, this.#share);
		parent.append(this.#root);
		this.tell({ givers: [], sums: { diamonds: 0, likes: 0, follows: 0, members: 0 } });
	}

	tell({ sums }: Tally): void {
		const { goal_of: of, goal_target: target, lang } = this.#settings;
		const reached = sums[of] >= target;
		this.#root.classList.toggle("reached", reached);
		this.#root.style.setProperty("--share", `${Math.min(100, (sums[of] / target) * 100)}%`);
		setText(this.#state, `${figure.format(sums[of])} / ${figure.format(target)}`);
		setText(this.#share, reached ? wordsIn(lang).reached : `${Math.floor((sums[of] / target) * 100)}%`);
	}
}

/** Time that a gift has the picture for itself, ms; shorter while others wait. */
const alertMs = 6_000;
const hurriedMs = 2_500;
const maxQueued = 8;

/** Large gifts, shown one at a time over the whole picture. */
export class AlertPanel implements Panel {
	readonly #parent: HTMLElement;
	readonly #settings: Settings;
	readonly #pictures: Pictures;
	#waiting: Line[] = [];
	#shown: { root: HTMLElement; line: Line; since: number } | undefined;

	constructor(parent: HTMLElement, settings: Settings, pictures: Pictures) {
		this.#parent = parent;
		this.#settings = settings;
		this.#pictures = pictures;
	}

	gift(line: Line): void {
		if (this.#shown?.line.key === line.key) {
			this.#shown.line = line;
			setText(part(this.#shown.root, ".count"), `×${figure.format(line.count)}`);
			return;
		}
		const waits = this.#waiting.findIndex(({ key }) => key === line.key);
		if (waits >= 0) this.#waiting[waits] = line;
		else this.#waiting.push(line);
		// Drops the gift that is worth least.
		if (this.#waiting.length > maxQueued) {
			const least = this.#waiting.reduce((a, b) => (b.diamonds < a.diamonds ? b : a));
			this.#waiting = this.#waiting.filter((one) => one !== least);
		}
	}

	draw(now: number): void {
		if (this.#shown) {
			if (now - this.#shown.since < (this.#waiting.length > 0 ? hurriedMs : alertMs)) return;
			this.#shown.root.remove();
			this.#shown = undefined;
		}
		const line = this.#waiting.shift();
		if (line) this.#shown = { root: this.#build(line), line, since: now };
	}

	#build(line: Line): HTMLElement {
		const { lang } = this.#settings;
		const root = element("section", "alert");
		const art = element("div", "art");
		art.append(drawnGift());
		if (line.picture !== "") {
			void this.#pictures.get(line.picture).then((source) => {
				if (source === undefined || !root.isConnected) return;
				const image = new Image();
				image.className = "picture";
				image.alt = "";
				image.onload = () => art.replaceChildren(image);
				image.src = source;
			});
		}
		const words = element("div", "alert-words");
		const what = element("span", "what", lineText(line, lang));
		what.append(element("b", "count", `×${figure.format(line.count)}`));
		words.append(element("bdi", "name", line.name), what);
		root.append(art, words);
		if (line.test) root.append(element("i", "tag", wordsIn(lang).test));
		this.#parent.insertBefore(root, this.#parent.querySelector(".feed"));
		return root;
	}
}

function part(of: Element, selector: string): HTMLElement {
	return of.querySelector<HTMLElement>(selector) ?? element("i", "");
}
