import type { CallGroup, Site } from "@livekeeper/simulator";

/** Address from which the service's requests reach the site. */
const address = "127.0.0.1";
const callGroups: readonly CallGroup[] = ["page", "json", "batch", "push"];

type TheSite = Pick<Site, "addresses" | "ban" | "passed" | "change" | "settings">;

/** The plan's control of the site. Separates bans made by the plan from those that the service has earned. */
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

	/** Limits the number of users that a batch call answers for. */
	answer(ids: number | undefined): void {
		this.#site.change({ batchIds: ids });
	}

	/** Solves the captcha for the service's address. */
	solve(): void {
		this.#site.passed(address);
	}

	/** Lifts all restrictions. */
	calm(): void {
		this.solve();
		// Solving the captcha does not unblock sockets.
		this.ban("push", 0);
		this.answer(this.#usualIds);
	}

	/** Returns the bans that the plan did not make, as sentences. */
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
