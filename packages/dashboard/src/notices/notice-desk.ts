import { NoticeRate } from "./notice-rate.ts";

interface Deps<Notice> {
	show: (notice: Notice) => void;
	/** Shown in place of the notices beyond the maximum. */
	showRest: (count: number) => void;
}

/** Shows notices, at most a few a minute, and then how many others there were. */
export class NoticeDesk<Notice> {
	readonly #rate = new NoticeRate();
	readonly #deps: Deps<Notice>;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(deps: Deps<Notice>) {
		this.#deps = deps;
	}

	give(notice: Notice): void {
		const now = Date.now();
		if (this.#rate.offer(now)) this.#deps.show(notice);
		const { dueAt } = this.#rate;
		if (dueAt !== undefined) this.#timer ??= setTimeout(() => this.#giveRest(), Math.max(0, dueAt - now));
	}

	close(): void {
		clearTimeout(this.#timer);
	}

	#giveRest(): void {
		this.#timer = undefined;
		const now = Date.now();
		const count = this.#rate.takeRest(now);
		if (count > 0) this.#deps.showRest(count);
		const { dueAt } = this.#rate;
		if (dueAt !== undefined) this.#timer = setTimeout(() => this.#giveRest(), Math.max(0, dueAt - now));
	}
}
