import { randomBytes } from "node:crypto";
import type { Batch } from "./batch.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import { type Gathered, type GatherFrom, Selection } from "./gather.ts";
import { Pace } from "./pace.ts";
import { presets } from "./presets/index.ts";
import type { Delivery, Preset } from "./presets/preset.ts";
import { secretMask } from "./secret.ts";
import { type ReportNotice, shownAs } from "./service-states.ts";
import type { Target, TargetSettings } from "./target.ts";
import type { TargetLog } from "./target-log.ts";
import type { OutMessage } from "./transports/out-message.ts";
import type { Transports } from "./transports/transports.ts";

/** Transports to receivers, by the addresses that a preset's receivers may have. */
export interface Outgoings {
	to(preset: Pick<Preset<unknown>, "loopback">): Pick<Transports, "send">;
	/** Closes every connection. */
	close(): void;
}

export interface TargetRendererDeps {
	outgoings: Pick<Outgoings, "to">;
	/** Returns a room by its last known name. */
	roomOf: (liveId: string) => Delivery["room"];
	/** Returns a broadcast's report, with its times in a zone; `undefined` if the broadcast is unknown. */
	reportOf: (liveId: string, roomId: string, zone: string | undefined) => Promise<ReportNotice | undefined>;
	/** This node's key in the draw of {@link Pace}. */
	lot?: string | undefined;
}

/** Renders one target's messages: what it is sent, when, and in which form. */
export class TargetRenderer {
	readonly target: Target;
	readonly pace: Pace;
	readonly selection: Selection;
	readonly #preset: Preset<unknown>;
	readonly #settings: TargetSettings;
	readonly #deps: TargetRendererDeps;
	/** Created at the first failure. */
	#mask: ((text: string) => string) | undefined;

	constructor(target: Target, settings: TargetSettings, deps: TargetRendererDeps) {
		const preset = presets[target.preset];
		this.target = target;
		this.pace = new Pace(target.pace, preset.limits, deps.lot);
		this.selection = new Selection(target, this.pace, { ...preset.limits, forPeople: preset.forPeople ?? false });
		this.#preset = preset;
		this.#settings = settings;
		this.#deps = deps;
	}

	/** Returns a selection with another filter, such as that of a dead letter. */
	readonly selectionWith = (filter: Target["filter"]): Selection =>
		new Selection({ ...this.target, filter }, this.pace, { forPeople: this.#preset.forPeople ?? false });

	/** Returns the content of a room's next delivery, with the report of a broadcast that has ended. */
	async gather(log: TargetLog, from: GatherFrom): Promise<Gathered> {
		const found = await this.selection.gather(log, from);
		const report = found.ended === undefined ? undefined : await this.reportOf(from.liveId, found.ended);
		return report ? { ...found, notices: [report] } : found;
	}

	/** Returns a broadcast's report, with its times in the zone of the target's readers; `undefined` if it is unknown. */
	reportOf(liveId: string, roomId: string): Promise<ReportNotice | undefined> {
		const { zone } = this.#settings;
		return this.#deps.reportOf(liveId, roomId, typeof zone === "string" ? zone : undefined);
	}

	messages(liveId: string, batch: Batch, now: number): OutMessage[] {
		const { deliveryId, carried: events, truncated, notices = [], chosen } = batch;
		const of = { liveId: shownAs(liveId), deliveryId, events, notices, truncated, now, test: false };
		return this.#put({ ...of, gifts: chosen?.gifts });
	}

	/** Returns messages without events, under an id that no delivery has. */
	testMessages(now: number): OutMessage[] {
		const deliveryId = `dlv_test_${randomBytes(12).toString("base64url")}`;
		return this.#put({ liveId: "test", deliveryId, events: [], notices: [], truncated: undefined, now, test: true });
	}

	async send(message: OutMessage, signal: AbortSignal): Promise<DeliveryResult> {
		const verdict = this.#preset.verdict?.bind(this.#preset);
		const result = await this.#deps.outgoings.to(this.#preset).send(message, { verdict, signal });
		if (result.ok) return result;
		this.#mask ??= secretMask(this.#settings, this.#preset.secrets);
		return { ...result, message: this.#mask(result.message) };
	}

	#put(of: Omit<Delivery, "targetId" | "room">): OutMessage[] {
		const room = this.#deps.roomOf(of.liveId);
		return this.#preset.messages({ ...of, targetId: this.target.id, room }, this.#settings);
	}
}
