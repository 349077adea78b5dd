import type { FastifyInstance, FastifyReply } from "fastify";
import type { Closing, FaultBoard } from "../faults/fault-board.ts";

import { plainAddress, type Site } from "../site/site.ts";
import { type Way, ways } from "../site/site-rules.ts";
import { captchaPage } from "./html.ts";

declare module "fastify" {
	interface FastifyContextConfig {
		/** The way of looking rooms up that this route belongs to; without one, no limit of the site applies. */
		way?: Way;
	}
}

/**
 * Adds a check before every route that has a `way`: counts requests, refuses banned addresses, and closes ways while
 * the fault `way_closed` is set.
 */
export function addSiteGate(app: FastifyInstance, { site, faults }: { site: Site; faults: FaultBoard }): void {
	app.addHook("onRequest", (request, reply, next) => {
		const { way } = request.routeOptions.config;
		if (!way) return next();
		const sign = site.ask(plainAddress(request.ip), way);
		if (sign) return void refuse(reply, way, sign);
		// A new layout is no refusal: it is applied to the answer.
		const closed = faults.peek("way_closed", undefined, way);
		if (!closed || closed.spec.by === "layout") return next();
		faults.strike(closed);
		return void refuse(reply, way, closed.spec.by ?? "captcha");
	});

	app.addHook("onSend", async (request, _reply, payload) => {
		const { way } = request.routeOptions.config;
		const closed = way && faults.peek("way_closed", undefined, way);
		if (closed?.spec.by !== "layout" || typeof payload !== "string") return payload;
		faults.strike(closed);
		return relaidOut(payload);
	});
}

/** Refuses a request as the site does. */
export function refuse(reply: FastifyReply, way: Way, sign: Exclude<Closing, "layout">): FastifyReply {
	reply.header("x-sim-why", "this address, or this way, is refused: GET /__sim/addresses, GET /__sim/faults");
	if (sign === "444") return reply.code(444).send("");
	const group = ways[way];
	const isPage = group === "page";
	reply.header("content-type", isPage ? "text/html; charset=utf-8" : "application/json; charset=utf-8");
	// The danmaku server has its own control, which shows no slider.
	if (sign === "empty" || group === "push") return reply.send("");
	if (isPage) return reply.send(captchaPage());
	return reply.header("x-vc-bdturing-parameters", bdturingParameters).send("");
}

/** Header of a JSON call that demands the slider. */
const bdturingParameters = Buffer.from(
	JSON.stringify({ code: "10000", from: "", type: "verify", version: "1", region: "cn", subtype: "slide" }),
).toString("base64");

/** Names by which clients find the state of a page, or the content of a JSON answer. */
const markers = /roomStore|roomInfo|__pace_f|(?<=")data(?="\s*:)/g;

/** Returns an answer with a changed layout: the same content, without the names by which today's clients find it. */
function relaidOut(payload: string): string {
	return payload.replace(markers, (marker) => `${marker.slice(0, 1)}x${marker.length}`);
}
