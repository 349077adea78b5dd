import { type ConnectionLimits, checkLimits, type LimitName, limitOf, type Quotas, quotasOf, Usage } from "./limits.ts";
import { counts, type Ticket } from "./request.ts";
import type { LimitShares } from "./shares.ts";

/** Connection limits with their current usage and demand. */
export class Capacity {
	/** Tickets with a connection. */
	readonly holders = new Set<Ticket>();
	/** Tickets that wait for one, or for its handshake alone. */
	readonly waiting = new Set<Ticket>();
	#limits: ConnectionLimits;
	#shares: LimitShares | undefined;
	/** Usage by the connections in use. */
	#usage = new Usage();
	/** Usage including waiting tickets. */
	#demand = new Usage();

	/** @throws RangeError for limits that admit no connection */
	constructor(limits: ConnectionLimits) {
		this.#limits = checkLimits(limits);
	}

	get limits(): ConnectionLimits {
		return this.#limits;
	}

	/** @throws RangeError below 1 */
	setLimits(limits: ConnectionLimits): void {
		this.#limits = checkLimits(limits);
	}

	/** Shares the limits with other nodes from now on. */
	share(shares: LimitShares): void {
		this.#shares = shares;
		this.recount();
	}

	wait(ticket: Ticket): void {
		this.#setQuotas(ticket);
		this.waiting.add(ticket);
		this.#demand.add(ticket.quotas, 1);
	}

	leave(ticket: Ticket): void {
		this.waiting.delete(ticket);
		this.#demand.add(ticket.quotas, -1);
	}

	hold(ticket: Ticket): void {
		this.waiting.delete(ticket);
		if (!counts(ticket.request)) return;
		this.holders.add(ticket);
		this.#usage.add(ticket.quotas, 1);
	}

	release(ticket: Ticket): void {
		if (!this.holders.delete(ticket)) return;
		this.#usage.add(ticket.quotas, -1);
		this.#demand.add(ticket.quotas, -1);
	}

	/** Counts again, because rooms may count now that did not before. */
	recount(): void {
		this.#usage = new Usage();
		this.#demand = new Usage();
		for (const ticket of [...this.holders, ...this.waiting]) {
			this.#setQuotas(ticket);
			this.#demand.add(ticket.quotas, 1);
			if (this.holders.has(ticket)) this.#usage.add(ticket.quotas, 1);
		}
	}

	/** Whether some limit keeps a ticket waiting. */
	get isContended(): boolean {
		return this.waiting.size > 0 && this.#demand.exceeds(this.#takes);
	}

	/** Returns a copy of the usage to simulate on. */
	usage(): Usage {
		return new Usage(this.#usage);
	}

	/** Returns the limits that leave no capacity for one more connection with these quotas. */
	full(usage: Usage, quotas: Quotas): LimitName[] {
		return usage.full(this.#takes, quotas);
	}

	/** Returns the holders beyond a limit, each with that limit. @param holders most important first */
	past(holders: readonly Ticket[]): { holder: Ticket; limit: LimitName }[] {
		const staying = new Usage();
		return holders.flatMap((holder) => {
			const [limit] = staying.full(this.#stays, holder.quotas);
			if (limit) return { holder, limit };
			staying.add(holder.quotas, 1);
			return [];
		});
	}

	#setQuotas(ticket: Ticket): void {
		const { request } = ticket;
		const isCounted = counts(request) && (this.#shares?.counts(request.room) ?? true);
		ticket.quotas = isCounted ? quotasOf(request) : [];
	}

	readonly #takes = (limit: LimitName, key: string): number | undefined => {
		const max = limitOf(this.#limits, limit);
		return max === undefined ? undefined : (this.#shares?.takes(limit, key, max) ?? max);
	};

	readonly #stays = (limit: LimitName, key: string): number | undefined => {
		const max = limitOf(this.#limits, limit);
		return max === undefined ? undefined : (this.#shares?.stays(limit, key, max) ?? max);
	};
}
