import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { DouyinError } from "@livekeeper/douyin";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { errorReply, LivekeeperError } from "../errors.ts";

/** Answers every error of every route in one shape. Only what isn't the asker's fault is logged as an error. */
export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
	const error = toLivekeeperError(thrown);
	if (error.code === "internal") request.log.error({ err: thrown, req: request }, "A request failed");
	else request.log.debug({ code: error.code, req: request }, error.message);
	if (error.retryAfterS !== undefined) reply.header("retry-after", String(error.retryAfterS));
	if (error.hangUp) reply.header("connection", "close");
	if (error.code === "unauthorized") reply.header("www-authenticate", "Bearer");
	void reply.code(error.status).send(errorReply(error));
}

/** Bytes that aren't HTTP at all still get an answer in the common shape. */
export function answerBadHttp(error: NodeJS.ErrnoException, socket: Duplex): void {
	if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
	const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
	const body = JSON.stringify(errorReply(new LivekeeperError("invalid_request", "The request is not valid HTTP")));
	const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8`;
	socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

function toLivekeeperError(thrown: unknown): LivekeeperError {
	if (thrown instanceof LivekeeperError) return thrown;
	if (hasZodFastifySchemaValidationErrors(thrown)) return schemaError(thrown.validation);
	if (thrown instanceof DouyinError && thrown.reason === "proxy") {
		return new LivekeeperError("invalid_request", thrown.message, { cause: thrown });
	}
	return fastifyError(thrown as Partial<FastifyError>);
}

interface Issue {
	instancePath: string;
	message?: string | undefined;
	params: unknown;
}

function schemaError(issues: readonly Issue[]): LivekeeperError {
	const [first] = issues;
	const field = first?.instancePath.replace(/^\/+/, "").replaceAll("/", ".") ?? "";
	const message = first?.message ?? "not valid";
	if (field !== "live_id") return new LivekeeperError("invalid_request", `${field || "body"}: ${message}`);
	const hint = hintOf(first?.params);
	return new LivekeeperError("invalid_live_id", `live_id: ${message}`, hint === undefined ? {} : { hint });
}

/** The hint that a schema's own check gave along. */
function hintOf(params: unknown): string | undefined {
	const inner = (params as { params?: { hint?: unknown } } | undefined)?.params?.hint;
	return typeof inner === "string" ? inner : undefined;
}

function fastifyError(thrown: Partial<FastifyError>): LivekeeperError {
	const cause = thrown;
	switch (thrown.code) {
		case "FST_ERR_CTP_BODY_TOO_LARGE":
			return new LivekeeperError("payload_too_large", "The body is too large", { cause });
		case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
			return new LivekeeperError("unsupported_media_type", "The content-type is not supported", { cause });
		case "FST_ERR_BAD_URL":
			// Its own words quote the whole address, and with it a key.
			return new LivekeeperError("invalid_request", "The address holds a % that is no percent-encoding");
		case "FST_ERR_MAX_PARAM_LENGTH":
			return new LivekeeperError("invalid_live_id", "live_id: too long", { cause });
		default:
			break;
	}
	const status = thrown.statusCode ?? 500;
	if (status >= 400 && status < 500) {
		return new LivekeeperError("invalid_request", thrown.message ?? "The request is not valid", { cause });
	}
	return new LivekeeperError("internal", "The service failed to answer", { cause });
}
