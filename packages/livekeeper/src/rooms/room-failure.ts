import { DouyinError, type DouyinErrorOptions, type FailureReason } from "@livekeeper/douyin";
import { failureText as knownText, type Text } from "../text/index.ts";

/** A failure that livekeeper itself has found: it is told in each language. */
export class RoomFailure extends DouyinError {
	/** What failed, as a sentence. */
	readonly text: Text;

	constructor(reason: FailureReason, text: Text, options: DouyinErrorOptions = {}) {
		super(reason, text.en, options);
		this.text = text;
	}
}

/** What failed, as a sentence. Of what the upstream's side has thrown the class and the facts are told. */
export function failureText(failure: DouyinError): Text {
	return failure instanceof RoomFailure ? failure.text : knownText(failure);
}
