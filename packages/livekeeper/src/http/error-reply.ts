import type { Duplex } from "node:stream";
import { errorReply, LivekeeperError } from "@livekeeper/base/errors";
import { languageOf, requestTexts, type Text } from "@livekeeper/base/text";
import { issueText } from "@livekeeper/base/text/issues";
import { DouyinError } from "@livekeeper/douyin";
import { failureText } from "@livekeeper/engine/text";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";

// `import` would make an ES module of all its exports, and load the whole of `fetch` for one of them.
const { STATUS_CODES } = process.getBuiltinModule("node:http");

/**
 * Answers every error of every route in the common form. Only errors that are not the client's fault are logged as
 * errors.
 */
export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
	const error = toLivekeeperError(thrown);
	if (error.code === "internal") request.log.error({ event: "request_failed", err: thrown, req: request });
	else request.log.debug({ event: "request_refused", code: error.code, why: error.text, req: request });
	if (error.retryAfterS !== undefined) reply.header("retry-after", String(error.retryAfterS));
	if (error.hangUp) reply.header("connection", "close");
	if (error.code === "unauthorized") reply.header("www-authenticate", "Bearer");
	void reply.code(error.status).send(errorReply(error, languageOf(request)));
}

/** Answers bytes that are not HTTP in the common form as well. */
export function answerBadHttp(error: NodeJS.ErrnoException, socket: Duplex): void {
	if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
	const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
	const body = JSON.stringify(errorReply(new LivekeeperError("invalid_request", requestTexts.badHttp), "en"));
	const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8`;
	socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

function toLivekeeperError(thrown: unknown): LivekeeperError {
	if (thrown instanceof LivekeeperError) return thrown;
	if (hasZodFastifySchemaValidationErrors(thrown)) return schemaError(thrown.validation);
	if (thrown instanceof DouyinError && thrown.reason === "proxy") {
		return new LivekeeperError("invalid_request", failureText({ reason: thrown.reason, message: thrown.message }), {
			cause: thrown,
		});
	}
	return fastifyError(thrown as Partial<FastifyError>);
}

interface SchemaIssue {
	keyword?: string | undefined;
	instancePath: string;
	message?: string | undefined;
	params?: unknown;
}

function schemaError(issues: readonly SchemaIssue[]): LivekeeperError {
	const [first] = issues;
	const field = first?.instancePath.replace(/^\/+/, "").replaceAll("/", ".") ?? "";
	const { keyword: code = "custom", message = "not valid", params } = first ?? {};
	const details = (params ?? {}) as Record<string, unknown>;
	const text = issueText({ code, message, details });
	if (field !== "live_id") return new LivekeeperError("invalid_request", requestTexts.field(field || "body", text));
	// livekeeper's own checks add a hint.
	const hint = (details["params"] as { hint?: Text } | undefined)?.hint;
	return new LivekeeperError(
		"invalid_live_id",
		requestTexts.field("live_id", text),
		hint === undefined ? {} : { hint },
	);
}

function fastifyError(thrown: Partial<FastifyError>): LivekeeperError {
	const cause = thrown;
	switch (thrown.code) {
		case "FST_ERR_CTP_BODY_TOO_LARGE":
			return new LivekeeperError("payload_too_large", requestTexts.bodyTooLarge, { cause });
		case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
			return new LivekeeperError("unsupported_media_type", requestTexts.contentTypeUnsupported, { cause });
		case "FST_ERR_BAD_URL":
			// The framework's own message quotes the whole address, which may contain a key.
			return new LivekeeperError("invalid_request", requestTexts.badPercent);
		case "FST_ERR_MAX_PARAM_LENGTH":
			return new LivekeeperError("invalid_live_id", requestTexts.liveIdTooLong, { cause });
		default:
			break;
	}
	const status = thrown.statusCode ?? 500;
	if (status >= 400 && status < 500) {
		return new LivekeeperError("invalid_request", frameworkText(thrown.message), { cause });
	}
	return new LivekeeperError("internal", requestTexts.failed, { cause });
}

/** Returns a text for the framework's refusal of a request. */
function frameworkText(message: string | undefined): Text {
	return message === undefined ? requestTexts.invalid : { en: message, zh: requestTexts.invalid.zh };
}
