import { createRequire } from "node:module";
import { messageTexts, type Text } from "@livekeeper/base/text";
import { zoneFor } from "@livekeeper/base/text/local-time";
import type { Context, Liquid, LiquidError } from "liquidjs";
import type { Delivery } from "./preset.ts";
import type { Sample } from "./samples.ts";
import type { Reader } from "./settings.ts";
import { wordsOf } from "./words.ts";

/** A template could not be rendered with a delivery. */
export class TemplateError extends Error {
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
export function render(delivery: Delivery, { template, ...reader }: Template, startedAt = cpuMs()): string {
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
export function checkTemplate(checked: Template, samples: readonly Sample[]): Text | undefined {
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
