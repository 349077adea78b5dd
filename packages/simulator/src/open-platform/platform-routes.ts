import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errors, type OpenPlatform, type Refused } from "./open-platform.ts";
import type { PlatformApp } from "./platform-app.ts";
import { isMsgType, keptTypes, type MsgType } from "./platform-options.ts";

const maxPageSize = 100;
/** The platform's task states. */
const states = { notFound: 1, notStarted: 2, running: 3 } as const;

type Parameters = Record<string, unknown>;
type Answer = { data: unknown } | Refused;

/** Adds the open platform's API according to its documentation. Errors are answered with 200 and an `err_no`. */
export function addOpenPlatform(app: FastifyInstance, platform: OpenPlatform): void {
	app.post("/api/apps/v2/token", (request, reply) => reply.send(token(platform, parametersOf(request.body))));

	const post = (path: string, answer: (call: Call) => Answer) =>
		app.post(path, (request, reply) => answerCall(platform, request, reply, parametersOf(request.body), answer));
	const get = (path: string, answer: (call: Call) => Answer) =>
		app.get(path, (request, reply) => answerCall(platform, request, reply, parametersOf(request.query), answer));

	post("/api/live_data/task/start", ({ app: caller, roomId, type }) => {
		const task = platform.start(caller, roomId, type);
		return "errNo" in task ? task : { data: { task_id: task.id } };
	});
	post("/api/live_data/task/stop", ({ app: caller, roomId, type }) => {
		platform.stop(caller, roomId, type);
		return { data: {} };
	});
	get("/api/live_data/task/get", ({ app: caller, roomId, type }) => {
		const task = caller.task(roomId, type);
		return { data: { status: task ? (task.running ? states.running : states.notStarted) : states.notFound } };
	});
	get("/api/live_data/task/fail_data/get", failedDeliveries);
	post("/api/live_data/ack", acknowledge);
}

interface Call {
	app: PlatformApp;
	roomId: string;
	type: MsgType;
	parameters: Parameters;
}

/** Answers with a token. The name of the message differs from all other answers. */
function token(platform: OpenPlatform, parameters: Parameters): Record<string, unknown> {
	const app = platform.find(textOf(parameters, "appid"));
	const right = app?.settings.secret === textOf(parameters, "secret");
	if (!app || !right || parameters["grant_type"] !== "client_credential") {
		return { err_no: 40_015, err_tips: "bad appid, secret or grant_type" };
	}
	const { token: accessToken, expiresIn } = app.newToken();
	return { err_no: 0, err_tips: "success", data: { access_token: accessToken, expires_in: expiresIn } };
}

function answerCall(
	platform: OpenPlatform,
	request: FastifyRequest,
	reply: FastifyReply,
	parameters: Parameters,
	answer: (call: Call) => Answer,
): FastifyReply {
	const result = called(platform, request.headers["access-token"], parameters, answer);
	const refused = "errNo" in result;
	return reply.send({
		err_no: refused ? result.errNo : 0,
		err_msg: refused ? result.errMsg : "success",
		logid: `sim-${request.id}`,
		data: refused ? null : result.data,
	});
}

function called(
	platform: OpenPlatform,
	accessToken: unknown,
	parameters: Parameters,
	answer: (call: Call) => Answer,
): Answer {
	// The acknowledging call uses other names for them.
	const [appId, roomId] = ["appid", "roomid"].map((name) => {
		return textOf(parameters, name) || textOf(parameters, name.replace("id", "_id"));
	});
	if (!appId) return errors.parameter("appid");
	const app = platform.find(appId);
	if (!app || typeof accessToken !== "string" || !app.holds(accessToken)) return errors.token;
	if (!roomId) return errors.parameter("roomid");
	const type = parameters["msg_type"] ?? (parameters["ack_type"] === undefined ? "" : "live_gift");
	if (!isMsgType(type)) return errors.parameter("msg_type");
	if (!app.mayCall()) return errors.conditions("too many calls in a second");
	return answer({ app, roomId, type, parameters });
}

function failedDeliveries({ app, roomId, type, parameters }: Call): Answer {
	if (!keptTypes.has(type)) return errors.parameter("msg_type");
	const [page, size] = [Number(textOf(parameters, "page_num")), Number(textOf(parameters, "page_size"))];
	if (!Number.isInteger(page) || page < 1) return errors.parameter("page_num");
	if (!Number.isInteger(size) || size < 1 || size > maxPageSize) return errors.parameter("page_size");
	const { total, entries } = app.task(roomId, type)?.page(page, size) ?? { total: 0, entries: [] };
	const list = entries.map((entry) => ({ roomid: roomId, msg_type: type, payload: JSON.stringify([entry]) }));
	return { data: { page_num: page, total_count: total, data_list: list } };
}

function acknowledge({ app, roomId, parameters }: Call): Answer {
	const ackType = parameters["ack_type"];
	if (ackType !== 1 && ackType !== 2) return errors.parameter("ack_type");
	const list: unknown = parsed(textOf(parameters, "data"));
	if (!Array.isArray(list)) return errors.parameter("data");
	for (const item of list) {
		const { msg_id: id, msg_type: type } = parametersOf(item);
		if (typeof id !== "string" || !isMsgType(type)) return errors.parameter("data");
		app.task(roomId, type)?.acknowledge(id, ackType);
	}
	return { data: {} };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function parametersOf(value: unknown): Parameters {
	return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOf(parameters: Parameters, name: string): string {
	const value = parameters[name];
	return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
