import { createRequire } from "node:module";
import { checkTexts, type Text, verbatim } from "@livekeeper/base/text";
import { zoneFor } from "@livekeeper/base/text/local-time";
import { typesOf } from "@livekeeper/client/filter";
import { liveEventTypes, toWire } from "@livekeeper/douyin";
import { isOfService } from "@livekeeper/log";
import type { Context, Liquid, LiquidError } from "liquidjs";
import { z } from "zod";
import { sampleNotices } from "../service-states.ts";
import { ofRooms, type TargetFilter } from "../target-filter.ts";
import { eventSamples, sampledAt } from "../text/event-samples.ts";
import { messageTexts } from "../text/index.ts";
import { refused } from "./post.ts";
import { type Delivery, definePreset, type Reader, readerSettings, secret, webAddress } from "./preset.ts";
import { wordsOf } from "./words.ts";

/** A template could not be rendered with a delivery. */
class TemplateError extends Error {
	override readonly name = "TemplateError";

	/** Whether it can never be rendered: unlike a timeout, any other fault is the same at each attempt. */
	get isFinal(): boolean {
		return !(this.cause instanceof OvertimeError);
	}
}

/** Rendering exceeded its processor time. */
class OvertimeError extends Error {
	override readonly name = "OvertimeError";
}

interface Template extends Reader {
	template: string;
	content_type: string;
}

const maxBodyBytes = 1024 * 1024;

/** Maximum processor time of one rendering, ms. */
const maxCpuMs = 200;
/** Number of template nodes rendered between two checks of the time. */
const nodesPerLook = 16;

let library: { engine: Liquid; errors: typeof LiquidError; scope: typeof Context } | undefined;

/**
 * Returns the Liquid engine. It reads no file, calls no code, and terminates, because users write templates and
 * strangers write their input. Loaded for the first template, because most services have none.
 */
function liquid() {
	if (library) return library;
	const liquidjs = createRequire(import.meta.url)("liquidjs") as typeof import("liquidjs");
	const engine = new liquidjs.Liquid({
		templates: {},
		ownPropertyOnly: true,
		strictFilters: true,
		parseLimit: 10_000,
		memoryLimit: 4_000_000,
	});
	library = { engine, errors: liquidjs.LiquidError, scope: liquidjs.Context };
	return library;
}

/** Returns the CPU time of this thread, ms; where Node cannot, that of the process, which is more. */
function cpuMs(): number {
	const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
	return (user + system) / 1_000;
}

/**
 * Returns a context that ends a rendering by its processor time, because other load on the machine is not its fault.
 * @param zone time zone of the filter `date`
 */
function limited(scope: object, zone: string, startedAt: number): Context {
	const { scope: Scope, engine } = liquid();
	const context = new Scope(scope, { ...engine.options, timezoneOffset: zone }, { sync: true });
	let nodes = 0;
	context.renderLimit.check = () => {
		if (nodes++ % nodesPerLook === 0 && cpuMs() - startedAt > maxCpuMs) {
			throw new OvertimeError(`rendering takes more than ${maxCpuMs} ms of the processor`);
		}
	};
	return context;
}

/**
 * @param startedAt start of its time limit, as in `cpuMs`
 * @throws TemplateError
 */
function render(delivery: Delivery, { template, ...reader }: Template, startedAt = cpuMs()): string {
	try {
		const { engine } = liquid();
		const zone = zoneFor(reader.language, reader.zone);
		const context = limited(scopeOf(delivery, reader), zone, startedAt);
		const text: string = engine.renderSync(engine.parse(template), context);
		if (Buffer.byteLength(text) <= maxBodyBytes) return text;
	} catch (error) {
		throw new TemplateError(reasonOf(error), { cause: overtimeOf(error) ?? error });
	}
	throw new TemplateError(`it makes more than ${maxBodyBytes} bytes`);
}

/**
 * Returns the fault of a template, with its line and the sample that shows it; `undefined` if there is none. All
 * samples together get the time of one delivery.
 */
function checkTemplate(checked: Template, samples: readonly Sample[]): Text | undefined {
	const startedAt = cpuMs();
	try {
		liquid().engine.parse(checked.template);
	} catch (error) {
		return faultOf(error);
	}
	for (const { of, delivery } of samples) {
		try {
			const text = render(delivery, checked, startedAt);
			if (text.trim() !== "" && /\bjson\b/.test(checked.content_type)) JSON.parse(text);
		} catch (error) {
			return error instanceof SyntaxError ? messageTexts.template.noJson(of, error.message) : faultOf(error);
		}
	}
	return undefined;
}

function faultOf(error: unknown): Text {
	const cause = error instanceof TemplateError ? error.cause : error;
	if (!liquid().errors.is(cause)) return messageTexts.template.fails(reasonOf(error));
	const [line = 1, column = 1] = cause.token.getPosition();
	return messageTexts.template.failsAt(line, column, reasonOf(cause));
}

function overtimeOf(error: unknown): OvertimeError | undefined {
	if (error instanceof OvertimeError) return error;
	const within = liquid().errors.is(error) ? error.originalError : undefined;
	return within === undefined ? undefined : overtimeOf(within);
}

function reasonOf(error: unknown): string {
	const { message } = (liquid().errors.is(error) && error.originalError) || (error as Error);
	return message.replace(/, line:.*$/s, "");
}

/** Returns the variables of a template. */
function scopeOf(delivery: Delivery, reader: Reader): object {
	const { deliveryId, targetId, liveId, room, events, notices, truncated, test, now } = delivery;
	const { title, headline, lines } = wordsOf(delivery, reader);
	return {
		...{ target_id: targetId, live_id: liveId, delivery_id: deliveryId, test, now, truncated },
		room: { name: title, room_id: room.roomId, nickname: room.nickname, title: room.title, avatar: room.avatar },
		...{ headline, lines, text: lines.join("\n") },
		notices,
		events: events.map(({ json }) => JSON.parse(json) as object),
	};
}

/** A delivery as a target may get it. */
interface Sample {
	/** Kind of its content. */
	of: Text;
	delivery: Delivery;
}

/**
 * Returns one delivery of each kind that a filter selects, and one of several kinds together; texts contain characters
 * that break JSON.
 */
function samplesOf(filter: TargetFilter): Sample[] {
	const kinds = typesOf(ofRooms(filter)) ?? liveEventTypes;
	const samples = kinds.map((kind) => sampleOf(verbatim(kind), { events: [eventOf(kind, 1)] }));
	if (samples.length > 0) {
		const events = kinds.map((kind, n) => eventOf(kind, n + 1));
		const two = events.length > 1 ? events : [...events, ...events];
		samples.push(sampleOf(messageTexts.template.several, { events: two }));
	}
	for (const notice of sampleNotices(filter.states ?? [], sampledAt)) {
		samples.push(sampleOf(verbatim(notice.state), { liveId: "", notices: [notice] }));
	}
	return samples;
}

function sampleOf(of: Text, more: Partial<Delivery>): Sample {
	const room = { roomId: "1", nickname: 'a "name"', title: "a\ttitle", avatar: "" };
	const ids = { deliveryId: "dlv_sample", targetId: "tgt_sample", liveId: "1001" };
	return {
		of,
		delivery: { ...ids, room, events: [], notices: [], truncated: undefined, now: sampledAt, test: false, ...more },
	};
}

function eventOf(kind: keyof typeof eventSamples, seq: number): Delivery["events"][number] {
	const { user, ...event } = toWire(eventSamples[kind]);
	// Events of the service itself belong to no user.
	const whole = isOfService(kind) ? event : { ...event, user };
	return { seq, json: JSON.stringify({ seq, ...whole }, quoted) };
}

/** Fields whose values the protocol or this program sets, and strangers cannot. */
const given = /^(type|method|gender|action|reason|state|source|payload|streak_id|.*_?ids?)$/;

function quoted(name: string, value: unknown): unknown {
	return typeof value === "string" && !given.test(name) ? `${value} "\\` : value;
}

/** Headers that define the connection, which a template cannot set. */
const ownHeaders = /^(host|connection|content-length|content-type|transfer-encoding|upgrade|te|trailer|expect)$/i;

/** A request whose body is rendered from a Liquid template, for receivers without a preset of their own. */
export const template = definePreset({
	settings: z.strictObject({
		url: webAddress.describe("where the body is POSTed; http or https"),
		template: z.string().min(1).max(10_000).describe("a Liquid template of the request's body"),
		content_type: z
			.string()
			.regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w.+=-]+)*$/, checkTexts.contentType.en)
			.default("application/json")
			.describe("the body's content type; default application/json, which is checked"),
		headers: secret(
			z
				.record(
					z
						.string()
						.regex(/^[\w-]{1,64}$/, checkTexts.headerName.en)
						.refine((name) => !ownHeaders.test(name), checkTexts.headerName.en),
					z.string().regex(/^[\x20-\x7e]{0,1024}$/, checkTexts.headerValue.en),
				)
				.optional()
				.describe("headers of the request, such as Authorization"),
		),
		...readerSettings,
	}),
	address: ({ url }) => url,
	check: (settings, filter) => {
		const text = checkTemplate(settings, samplesOf(filter));
		return text && { setting: "template", text };
	},
	messages(delivery, settings) {
		const { url, headers, content_type } = settings;
		try {
			const text = render(delivery, settings);
			// The template has nothing to say about these events.
			if (text.trim() === "") return [];
			const body = Buffer.from(text);
			return [{ via: "http", url, headers: { ...headers, "content-type": content_type }, body }];
		} catch (error) {
			if (!(error instanceof TemplateError)) throw error;
			return [{ via: "nothing", why: refused("template_failed", error.message, { gone: error.isFinal }) }];
		}
	},
});
