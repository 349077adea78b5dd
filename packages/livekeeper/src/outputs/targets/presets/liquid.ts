import { createRequire } from "node:module";
import type { Context, Liquid, LiquidError } from "liquidjs";
import { messageTexts, type Text } from "../../../text/index.ts";
import type { Delivery } from "./preset.ts";
import { wordsOf } from "./words.ts";

/** A template could not be rendered with a delivery. */
export class TemplateError extends Error {
	override readonly name = "TemplateError";

	/** It never can: unlike time, what was wrong is the same at each attempt. */
	get isFinal(): boolean {
		return !(this.cause instanceof OvertimeError);
	}
}

/** Rendering took more of the processor than it may. */
class OvertimeError extends Error {
	override readonly name = "OvertimeError";
}

interface Template {
	template: string;
	content_type: string;
	language: "zh" | "en";
}

const maxBodyBytes = 1024 * 1024;

/** Of the processor, for one rendering, ms. */
const maxCpuMs = 200;
/** Nodes of a template that are rendered between two looks at the time. */
const nodesPerLook = 16;

let library: { engine: Liquid; errors: typeof LiquidError; scope: typeof Context } | undefined;

/**
 * It reaches no file, calls no code, and ends: people write templates, and strangers what goes into them. Loaded for the
 * first template: most services have none.
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

/** CPU time of this thread, ms; where Node can't say, that of the process, which is more. */
function cpuMs(): number {
	const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
	return (user + system) / 1_000;
}

/** Ends a rendering by the time that it takes of the processor: what else the machine does is not its fault. */
function limited(scope: object): Context {
	const { scope: Scope, engine } = liquid();
	const context = new Scope(scope, engine.options, { sync: true });
	const startedAt = cpuMs();
	let nodes = 0;
	context.renderLimit.check = () => {
		if (nodes++ % nodesPerLook === 0 && cpuMs() - startedAt > maxCpuMs) {
			throw new OvertimeError(`rendering takes more than ${maxCpuMs} ms of the processor`);
		}
	};
	return context;
}

/** @throws TemplateError */
export function render(delivery: Delivery, { template, language }: Template): string {
	try {
		const { engine } = liquid();
		const text: string = engine.renderSync(engine.parse(template), limited(scopeOf(delivery, language)));
		if (Buffer.byteLength(text) <= maxBodyBytes) return text;
	} catch (error) {
		throw new TemplateError(reasonOf(error), { cause: overtimeOf(error) ?? error });
	}
	throw new TemplateError(`it makes more than ${maxBodyBytes} bytes`);
}

/** What is wrong with a template, with the line; `undefined`: nothing. */
export function checkTemplate(checked: Template): Text | undefined {
	try {
		liquid().engine.parse(checked.template);
		const text = render(sample, checked);
		if (/\bjson\b/.test(checked.content_type)) JSON.parse(text);
		return undefined;
	} catch (error) {
		if (error instanceof SyntaxError) return messageTexts.template.noJson(error.message);
		const cause = error instanceof TemplateError ? error.cause : error;
		if (!liquid().errors.is(cause)) return messageTexts.template.fails(reasonOf(error));
		const [line = 1, column = 1] = cause.token.getPosition();
		return messageTexts.template.failsAt(line, column, reasonOf(cause));
	}
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

/** What a template speaks of. */
function scopeOf(delivery: Delivery, language: "zh" | "en"): object {
	const { deliveryId, targetId, liveId, room, events, notices, truncated, test, now } = delivery;
	const { title, headline, lines } = wordsOf(delivery, language);
	return {
		...{ target_id: targetId, live_id: liveId, delivery_id: deliveryId, test, now, truncated },
		room: { name: title, room_id: room.roomId, nickname: room.nickname, title: room.title, avatar: room.avatar },
		...{ headline, lines, text: lines.join("\n") },
		notices,
		events: events.map(({ json }) => JSON.parse(json) as object),
	};
}

/** With what breaks a template that quotes nothing. */
const sample: Delivery = {
	...{ deliveryId: "dlv_sample", targetId: "tg_sample", liveId: "1001", truncated: undefined },
	room: { roomId: "1", nickname: 'a "name"', title: "a\ttitle", avatar: "" },
	events: [
		{
			seq: 1,
			json: JSON.stringify({
				...{ seq: 1, id: "1", live_id: "1001", room_id: "1", method: "WebcastChatMessage", at: 0, received_at: 0 },
				...{ type: "chat", content: 'a "quote" and a \\' },
				user: { id: "1", sec_uid: "s", nickname: 'a "name"', gender: "unknown", avatar: "", level: 0, masked: false },
			}),
		},
	],
	notices: [],
	now: 0,
	test: false,
};
