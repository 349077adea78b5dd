import type { CallGroup, Site } from "@livekeeper/simulator";

/** The service's requests reach the site from here. */
const address = "127.0.0.1";
const callGroups: readonly CallGroup[] = ["page", "json", "batch", "push"];

type TheSite = Pick<Site, "addresses" | "ban" | "passed" | "change" | "settings">;

/** The plan's hand on the site. It tells bans that the plan has made from those that the service has brought upon itself. */
export class SiteHand {
	readonly #site: TheSite;
	readonly #planned: Record<CallGroup, number> = { page: 0, json: 0, batch: 0, push: 0 };
	readonly #usualIds: number | undefined;

	constructor(site: TheSite) {
		this.#site = site;
		this.#usualIds = site.settings.batchIds;
	}

	/** Bans the service's address from a group of calls. */
	ban(group: CallGroup, forMs: number): void {
		const before = this.#bansOf(group);
		this.#site.ban(address, group, forMs);
		this.#planned[group] += this.#bansOf(group) - before;
	}

	/** From now on a batch call answers for so many people. */
	answer(ids: number | undefined): void {
		this.#site.change({ batchIds: ids });
	}

	/** A person has solved the slider behind the service's address. */
	solve(): void {
		this.#site.passed(address);
	}

	/** The site lets everything in again. */
	calm(): void {
		this.solve();
		// A slider opens no socket.
		this.ban("push", 0);
		this.answer(this.#usualIds);
	}

	/** Bans that no plan has made, in words. */
	bansEarned(): string[] {
		return callGroups.flatMap((group) => {
			const earned = this.#bansOf(group) - this.#planned[group];
			return earned === 0 ? [] : [`the site has banned the service ${earned} times for its ${group} calls`];
		});
	}

	#bansOf(group: CallGroup): number {
		return this.#site.addresses().find((one) => one.address === address)?.calls[group].bans ?? 0;
	}
}
