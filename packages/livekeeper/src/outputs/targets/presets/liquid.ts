import { createRequire } from "node:module";
import type { Liquid, LiquidError } from "liquidjs";
import { messageTexts, type Text } from "../../../text/index.ts";
import type { Delivery } from "./preset.ts";
import { wordsOf } from "./words.ts";

/** A template could not be rendered with a delivery, and never can. */
export class TemplateError extends Error {
	override readonly name = "TemplateError";
}

interface Template {
	template: string;
	content_type: string;
	language: "zh" | "en";
}

const maxBodyBytes = 1024 * 1024;

let library: { engine: Liquid; errors: typeof LiquidError } | undefined;

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
		renderLimit: 200,
		memoryLimit: 4_000_000,
	});
	library = { engine, errors: liquidjs.LiquidError };
	return library;
}

/** @throws TemplateError */
export function render(delivery: Delivery, { template, language }: Template): string {
	try {
		const text: string = liquid().engine.parseAndRenderSync(template, scopeOf(delivery, language));
		if (Buffer.byteLength(text) <= maxBodyBytes) return text;
	} catch (error) {
		throw new TemplateError(reasonOf(error), { cause: error });
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
