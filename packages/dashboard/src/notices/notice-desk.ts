import { NoticeRate } from "./notice-rate.ts";

interface Deps<Notice> {
	show: (notice: Notice) => void;
	/** Called with the number of notices over the limit, instead of showing them. */
	showRest: (count: number) => void;
}

/** Shows notices up to a few per minute, then the number of suppressed ones. */
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
