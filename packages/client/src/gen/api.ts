export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Broadcast: {
            room_id: string;
            title: string;
            /** ms since the epoch */
            started_at: number;
            ended_at: number | null;
            duration_ms: number;
            first_seq: number;
            last_seq: number;
            /** upstream messages by type */
            messages: {
                [key: string]: number;
            };
            /** number of different people who did something */
            users: number;
            peak_viewers: number;
            /** as the messages counted them; the series adds up to it */
            likes: number;
            /** the site's own total; null where it showed none */
            site_likes: number | null;
            diamonds: number;
            gift_coverage: components["schemas"]["GiftCoverage"];
            top_gifters: {
                id: string;
                sec_uid: string;
                nickname: string;
                diamonds: number;
            }[];
            reconnects: number;
            /** total time in which nothing could be received from the upstream */
            gap_ms: number;
        };
        BroadcastGifts: {
            /** @constant */
            success: true;
            live_id: string;
            room_id: string;
            /** sum of all gifts, including those that are not listed */
            diamonds: number;
            /** those that brought most first */
            by_kind: {
                gift_id: string;
                name: string;
                /** URL of the picture, or "" */
                image: string;
                /** what one of them is worth */
                diamond_count: number;
                count: number;
                diamonds: number;
            }[];
            /** most generous first; free gifts are not counted */
            by_giver: {
                id: string;
                sec_uid: string;
                nickname: string;
                /** the upstream hides the name: several people may share it */
                masked: boolean;
                diamonds: number;
            }[];
            /** there are more of one of them: ask for those from a greater offset on */
            more: boolean;
        };
        BroadcastReport: {
            /** @constant */
            success: true;
            live_id: string;
            broadcast: components["schemas"]["Broadcast"];
            figures: components["schemas"]["ReportFigures"];
            gifts: {
                by_kind: {
                    gift_id: string;
                    name: string;
                    /** URL of the picture, or "" */
                    image: string;
                    /** what one of them is worth */
                    diamond_count: number;
                    count: number;
                    diamonds: number;
                }[];
                /** the first 20; the rest: /broadcasts/{room_id}/gifts with offset */
                by_giver: {
                    id: string;
                    sec_uid: string;
                    nickname: string;
                    /** the upstream hides the name: several people may share it */
                    masked: boolean;
                    diamonds: number;
                }[];
                more: boolean;
            };
            /** the best first, at: where the minute begins, ms since the epoch; null: the events are gone, or none came */
            best_minutes: {
                messages: {
                    at: number;
                    value: number;
                }[];
                diamonds: {
                    at: number;
                    value: number;
                }[];
                viewers: {
                    at: number;
                    value: number;
                }[];
            } | null;
            /** null: this broadcast's people are gone with its events. Who only watched is never seen */
            newcomers: {
                people: number;
                /** seen in none of the broadcasts that it is compared with */
                first_time: number;
                /** earlier broadcasts of the room whose people are still known, at most 10; since: when the oldest of them began */
                compared_with: number;
                since: number | null;
            } | null;
            /** the broadcasts before it, at most 5, the newest first */
            previous: {
                room_id: string;
                title: string;
                started_at: number;
                figures: components["schemas"]["ReportFigures"];
            }[];
            /** the median of each figure of those before it; null where there are fewer than two */
            usual: components["schemas"]["ReportFigures"] | null;
            /** spans in which nothing could be received from the upstream, ms since the epoch, at most 100, the newest first */
            gaps: {
                from: number;
                to: number;
                reason: string;
            }[];
            /** false: there may be more of them, or their events are gone */
            gaps_complete: boolean;
        };
        ClusterNode: {
            /** its name */
            node: string;
            /** whether it is the one that answers */
            self: boolean;
            /** where it listens, as seen from its own machine */
            url: string;
            /** its share of the rooms, relative to the others */
            weight: number;
            /** whether it hands its rooms over and is about to stop */
            draining: boolean;
            /** rooms that run there */
            rooms: number;
            /** ms since the epoch */
            started_at: number;
            version: string;
        };
        ClusterNodes: {
            /** @constant */
            success: true;
            count: number;
            /** how long NATS has not heard the node that answers, ms; the list is as old; null where the service is alone */
            unheard_ms: number | null;
            /** NATS has not heard the node that answers for long enough that the others take over its rooms */
            cut_off: boolean;
            nodes: components["schemas"]["ClusterNode"][];
        };
        ComparedConnection: {
            /** messages that it brought while there were several connections */
            messages: number;
            /** those that no other connection brought */
            only_messages: number;
            /** only_messages as a share of all that the room received: what it adds */
            message_gain: number | null;
            /** what share of all messages it is shown, by what the others are shown, at most */
            message_coverage: number | null;
            /** worth of the gifts that it brought */
            diamonds: number;
            /** worth of those that no other connection brought */
            only_diamonds: number;
            /** only_diamonds as a share of all that the room received: what it adds */
            diamond_gain: number | null;
            /** what share of the gifts' worth it is shown */
            diamond_coverage: number | null;
            /** gifts that it brought; a streak is one */
            gifts: number;
            /** gifts an hour while it was connected; null in the first quarter of an hour */
            gifts_per_hour: number | null;
        };
        ComparedConnections: {
            /** since when they are compared, ms since the epoch */
            since: number;
            /** messages that they brought together */
            messages: number;
            /** what share of all messages they are shown together, at most */
            message_coverage: number | null;
            /** worth of the gifts that they brought together */
            diamonds: number;
            /** what share of the gifts' worth they are shown together */
            diamond_coverage: number | null;
            /** the source of this: the room's own totals, or the overlap of the connections */
            diamonds_by: ("totals" | "overlap") | null;
            /** gifts that they brought together; a streak is one */
            gifts: number;
            /** the same an hour; null in the first quarter of an hour */
            gifts_per_hour: number | null;
        };
        ConfigOption: {
            /** its key in livekeeper.config.json */
            name: string;
            /** its environment variable */
            env: string;
            /** its flag of `livekeeper serve` */
            flag: string;
            /** @enum {string} */
            kind: "integer" | "boolean" | "list" | "text";
            /** what it is, for people */
            help: string;
            /** what a valid value is, for people */
            expected: string;
            /** whether the value is never shown */
            secret: boolean;
            /** whether it has a value */
            set: boolean;
            /** the value in use; null where none is set, and for secrets */
            value: unknown;
            /** null where there is none */
            default: unknown;
            /**
             * where the value came from
             * @enum {string}
             */
            from: "default" | "file" | "environment" | "flag" | "program";
        };
        Connection: {
            /** whether the connection is open */
            active: boolean;
            reconnect_count: number;
            /** when the last message came, seconds since the epoch; null when there is none */
            last_message_time: number | null;
            /** whether the room is wanted */
            should_reconnect: boolean;
            /** @enum {string} */
            state: "idle" | "resolving" | "waiting" | "queued" | "connecting" | "connected" | "reconnecting" | "blocked" | "not_found" | "stopped";
            health: ("fine" | "quiet" | "silent" | "degraded") | null;
            reason: {
                /** @enum {string} */
                code: "network" | "dns" | "tls" | "proxy" | "timeout" | "handshake_refused" | "blocked" | "signature_rejected" | "rate_limited" | "upstream_error" | "unreadable_page" | "bad_frame" | "silence" | "upstream_close" | "broadcast_ended" | "identity" | "foreign_host" | "storage" | "offline" | "no_room" | "hidden" | "closed" | "not_found" | "no_free_slot" | "preempted" | "stopped" | "new" | "ok";
                message: string;
                /** what was decided about the next attempt, and why */
                decision: string | null;
                /** what a failure of this class means, and what can be done */
                help: string | null;
            };
            /** when the next attempt is due, seconds since the epoch; null when there is none */
            next_attempt_at: number | null;
            /** holes in the log: messages are missing there, or may be */
            gaps: number;
        };
        ConnectionLimits: {
            /** in total; null: no limit */
            max_connections: number | null;
            /** with one cookie; null: no limit */
            max_connections_per_identity: number | null;
            /** with one logged-in cookie, where there is no limit for all; null: no limit */
            max_connections_per_login: number | null;
            /** through one proxy; null: no limit */
            max_connections_per_proxy: number | null;
        };
        Connections: {
            /** @constant */
            success: true;
            limits: components["schemas"]["ConnectionLimits"];
            /** connections in use, or about to be */
            held: number;
            /** connections of the cluster's other nodes; null: there are none, or there is no total limit */
            held_elsewhere: number | null;
            /** those connections, the most important first */
            holders: {
                live_id: string;
                /**
                 * which rooms connect first when connections are scarce
                 * @enum {string}
                 */
                priority: "pinned" | "readers" | "live" | "idle";
                /** whether it is an additional one, beside the room's own */
                second: boolean;
                /** whether it was asked to make room for another */
                giving_way: boolean;
            }[];
            /** the rooms that wait for a connection, the next first */
            queue: {
                live_id: string;
                /** 1 is served next */
                position: number;
                /**
                 * which rooms connect first when connections are scarce
                 * @enum {string}
                 */
                priority: "pinned" | "readers" | "live" | "idle";
                /** since when it waits, ms since the epoch */
                since: number;
                /** what it waits for */
                why: string;
            }[];
        };
        CookiePairing: {
            id: string;
            /**
             * waiting for the code; received; expired; locked: too many wrong codes came
             * @enum {string}
             */
            state: "waiting" | "received" | "expired" | "locked";
            /** until when the code opens it, then until when the cookie is kept, ms since the epoch */
            expires_at: number;
            /** the cookie that was received */
            found: components["schemas"]["FoundCookie"] | null;
        };
        DeadLetter: {
            delivery_id: string;
            live_id: string;
            first_seq: number;
            last_seq: number;
            events: number;
            /**
             * how many of its events the log still holds
             * @enum {string}
             */
            available: "all" | "some" | "none";
            truncated: {
                from: number;
                to: number;
                /** @enum {string} */
                reason: "retention" | "reset";
            } | null;
            attempts: number;
            error: components["schemas"]["DeliveryError"];
            buried_at: number;
            /** queued to be sent again, and not yet tried */
            queued: boolean;
        };
        DeliveryError: {
            /** stable; for programs (the manual's chapter on targets lists them) */
            code: string;
            message: string;
            /** what the receiver answered */
            status: number | null;
            at: number;
        };
        DoctorEnd: {
            /** @constant */
            end: true;
            /** the room that was tried; null where there was none to try */
            live_id: string | null;
            /** whether it can be kept; null where none was tried */
            ok: boolean | null;
        };
        DoctorStep: {
            /** @enum {string} */
            name: "service" | "storage" | "nats" | "upstream" | "identity" | "room" | "cookie" | "page" | "login" | "im_fetch" | "socket";
            /** null: neither good nor bad */
            ok: boolean | null;
            /** what was found, for people */
            detail: string;
            /** what to do about it */
            hint: string | null;
            /** only of what was tried */
            took_ms: number | null;
        };
        EarlierGiftCoverage: {
            /** worth of the gifts that came / of those that were given, by the room's own totals; null: not known */
            share: number | null;
            /**
             * whether gifts come; stopped: the first came, and then none, while the room was given more
             * @enum {string}
             */
            verdict: "all" | "some" | "stopped" | "none" | "unknown";
            /** worth of the gifts that came, of the time that could be judged */
            diamonds_seen: number;
            /** worth of those that did not; null: not known */
            diamonds_missing: number | null;
            /** the part of those that did not come that was lost while the connection was down */
            diamonds_lost: number | null;
            /** what it is judged by: the room's running total, scores of people, or the open platform's deliveries; null: none */
            source: ("room_total" | "contributor" | "rank" | "official") | null;
            /** what one diamond adds to it */
            unit: number | null;
            /** whether gifts that came have shown it; otherwise the usual value is assumed */
            unit_learned: boolean;
            /** since when it could be judged, ms since the epoch */
            from: number | null;
            /** until when, ms since the epoch */
            to: number | null;
            /** false: the room was read without a login */
            logged_in: boolean;
        };
        Error: {
            /** @constant */
            success: false;
            error: {
                /** stable; for programs (the manual lists them) */
                code: string;
                /** what went wrong; for people */
                message: string;
                /** what to do about it */
                hint: string;
            };
        };
        FoundCookie: {
            /**
             * in which it was given
             * @enum {string}
             */
            form: "header" | "curl" | "powershell" | "fetch" | "json" | "cookies_txt" | "table";
            /** whether it is of an account; visitors are sent no gifts */
            logged_in: boolean;
            /** when its login ends or has ended, ms since the epoch; null: it does not say */
            expires_at: number | null;
            /** cookies that a browser sends as well, e.g. s_v_web_id; it works without */
            missing: string[];
            /** the identity that is the same account */
            same_as: string | null;
        };
        FoundRoom: {
            /** where it was found; all pieces that name no room for the same reason, separated by spaces */
            text: string;
            /** what to start; null: it names no room */
            live_id: string | null;
            /**
             * hidden: shown to chosen people only; closed: the account is gone; unknown: the site gave no answer that can be read; unusable: it names no room; aside: neither does it, but it stands beside what does, such as the words of a share text, or names a room again
             * @enum {string}
             */
            status: "live" | "offline" | "no_room" | "hidden" | "closed" | "not_found" | "unknown" | "unusable" | "aside";
            /** whether the service keeps it already */
            kept: boolean;
            /** the anchor's */
            name: string | null;
            avatar: string | null;
            title: string | null;
            /** explanation for people */
            message: string;
            /** what to do about it */
            hint: string | null;
        };
        FurtherSession: {
            /** the user's own cookie for the upstream; a logged-in one sees gifts */
            cookie?: string;
            /** proxy to the upstream */
            proxy?: string;
            identity?: string;
        };
        GiftCoverage: {
            /** worth of the gifts that came / of those that were given, by the room's own totals; null: not known */
            share: number | null;
            /**
             * whether gifts come; stopped: the first came, and then none, while the room was given more
             * @enum {string}
             */
            verdict: "all" | "some" | "stopped" | "none" | "unknown";
            /** worth of the gifts that came, of the time that could be judged */
            diamonds_seen: number;
            /** worth of those that did not; null: not known */
            diamonds_missing: number | null;
            /** the part of those that did not come that was lost while the connection was down */
            diamonds_lost: number | null;
            /** what it is judged by: the room's running total, scores of people, or the open platform's deliveries; null: none */
            source: ("room_total" | "contributor" | "rank" | "official") | null;
            /** what one diamond adds to it */
            unit: number | null;
            /** whether gifts that came have shown it; otherwise the usual value is assumed */
            unit_learned: boolean;
            /** since when it could be judged, ms since the epoch */
            from: number | null;
            /** until when, ms since the epoch */
            to: number | null;
            /** worth of all gifts of the broadcast that are known to be missing, also from before its login changed or the open platform pushed; 0: none is known */
            missing_in_all: number;
            /** ranges of the broadcast before its login changed, as far as they could be judged, oldest first */
            earlier: components["schemas"]["EarlierGiftCoverage"][];
        };
        Identity: {
            name: string;
            has_cookie: boolean;
            has_proxy: boolean;
            /**
             * unreadable: it has to be given again
             * @enum {string}
             */
            status: "anonymous" | "logged_in" | "expired" | "unreadable";
            /** when its login ends or has ended, ms since the epoch; null when nobody knows */
            expires_at: number | null;
            /** when a page last told whom the upstream takes it for, ms since the epoch; null when nobody knows */
            seen_at: number | null;
            /** for people: the login has ended, or will soon */
            warning: string | null;
            /** the rooms that use it */
            rooms: string[];
            /**
             * how the site treats it: fine; only the first gifts; nothing; resting: it is not used for a while; unknown
             * @enum {string}
             */
            state: "fine" | "first_only" | "nothing" | "resting" | "unknown";
            /** what that is judged by, in words for people */
            state_evidence: string[];
            /** what can be done, in this order */
            advice: string[];
            /** share of the gifts' worth that it is shown */
            gift_coverage: number | null;
            /** share of the messages that it is shown, of those that others in the same rooms are */
            message_coverage: number | null;
            /** gifts that it is shown in its rooms, an hour */
            gifts_per_hour: number | null;
            /** gifts that all sessions of the same rooms are shown, an hour */
            gifts_per_hour_of_all: number | null;
            /** set while the identity is not used for a while */
            rest: {
                since: number;
                /** when it is retried, ms since the epoch */
                until: number;
                /** how often in a row */
                times: number;
                /** rooms in which it was shown nothing */
                rooms: string[];
            } | null;
            added_at: number;
            updated_at: number;
        };
        IdentityChange: {
            /** a Cookie header, a request as cURL, a cookies.txt, or a browser's JSON export; left out: kept, null: none */
            cookie?: string | null;
            /**
             * Format: uuid
             * instead of cookie: the id of the pairing by which a browser handed it over
             */
            pairing?: string;
            /** proxy to the upstream; left out: kept, null: none */
            proxy?: string | null;
            /** when the cookie's login ends, ms since the epoch; left out with a new cookie: what the cookie says */
            expires_at?: number | null;
        };
        KindCount: {
            /** the event's type; of events without one the site's name of the kind */
            kind: string;
            /** whether its events have a type of their own */
            typed: boolean;
            count: number;
            /** when the first was stored, ms since the epoch */
            first_at: number;
            /** when the last was stored, ms since the epoch */
            last_at: number;
            /** the last one's place in the log */
            last_seq: number;
        };
        KnownGift: {
            gift_id: string;
            /** "" where no message has named it */
            name: string;
            /** URL of the picture, or "" */
            image: string;
            /** worth of a single one, as last reported; 0 where none was */
            diamond_count: number;
            /** ms since the epoch */
            first_seen_at: number;
            /** ms since the epoch */
            last_seen_at: number;
        };
        LookupExit: {
            /** direct, or the proxy's host and port */
            name: string;
            /** rooms that wait to be looked up from here */
            rooms: number;
            /** whether the site refuses every way */
            closed: boolean;
            /** whether a person can end a refusal by passing the site's slider */
            captcha: boolean;
            /** for people: which ways are refused and how; null while none is */
            message: string | null;
            /** for people: what can be done about it */
            advice: string | null;
            ways: components["schemas"]["LookupWay"][];
        };
        LookupWay: {
            /** @enum {string} */
            way: "enter" | "reflow" | "scene" | "page" | "batch" | "followed";
            /**
             * rests: the site refused it, and one request tries it again at `until`
             * @enum {string}
             */
            state: "untried" | "works" | "rests";
            /** since when it is in this state, ms since the epoch; null when there is none */
            since: number | null;
            /** when a way that rests is tried again, ms since the epoch; null when there is none */
            until: number | null;
            /** how the site refuses it; layout: it answers in a form that livekeeper does not know */
            sign: ("captcha" | "empty" | "refused" | "layout" | "slow_down" | "login") | null;
            /** requests that may be made at once */
            left: number;
            /** requests that are added each minute */
            per_minute: number;
            /** requests of the last 24 hours */
            asked: number;
        };
        NewOverlayToken: {
            /** what it is for, in the user's own words */
            name: string;
            /** the one room that it opens; left out or null: all, also later ones */
            live_id?: (string | number) | null;
            /** what its overlay shows: parameters as behind the # of an overlay's address */
            settings?: string;
        };
        NewTarget: {
            /** what you call it */
            name?: string;
            /**
             * how the receiver is spoken to; default json
             * @enum {string}
             */
            preset?: "json" | "template" | "dingtalk" | "feishu" | "wecom" | "telegram" | "discord" | "slack" | "bark" | "serverchan" | "ntfy" | "mail" | "streamerbot" | "sammi" | "onecomme" | "social-stream" | "dycast" | "mqtt";
            /** of the preset (GET /api/v1/targets/presets lists them); secret ones left out stay as they are */
            settings: {
                [key: string]: unknown;
            };
            /** rooms; "*" for all, also those that come later */
            live_ids: "*" | (string | number)[];
            /** kinds of events; left out: all, or none where states are given */
            types?: ("chat" | "emoji_chat" | "screen_chat" | "gift" | "light_gift" | "fan_ticket" | "like" | "chat_likes" | "member" | "follow" | "share" | "fansclub" | "room_stats" | "viewers" | "rank" | "control" | "notice" | "intro" | "banner" | "product" | "leaderboard" | "topic" | "page_update" | "pk_started" | "pk_score" | "pk_ended" | "pk_task" | "guest_score" | "seats" | "link_score" | "lucky_box" | "lottery" | "message_deleted" | "raw" | "connection" | "gap" | "gifts_withheld" | "service_down" | "broadcast_started" | "broadcast_ended")[];
            /** room states that are sent as well (report: ended, with the broadcast's report); login_ending, storage and node_lost: states of the service */
            states?: ("live" | "ended" | "blocked" | "silent" | "gap" | "gifts_withheld" | "report" | "login_ending" | "storage" | "node_lost")[];
            /** one of these is in the text; of kinds with text */
            words?: string[];
            /** the text matches it (RE2 syntax, in any case); of kinds with text */
            pattern?: string;
            /** only gifts that are worth it */
            gift?: {
                min_diamonds: number;
                /**
                 * gift: in one gift; streak (default): in one gift or its streak, once each
                 * @enum {string}
                 */
                of?: "gift" | "streak";
            };
            /** only from these: ids, sec_uids, Douyin IDs or nicknames */
            people?: string[];
            /** only from people with one of these roles */
            roles?: ("moderator" | "fan_club")[];
            /** only from people of this level or above */
            min_level?: number;
            pace?: {
                /** interval in minutes whose events are sent together; left out: at once */
                digest_minutes?: number;
                /** messages in any minute; left out: as the receiver allows */
                max_per_minute?: number;
                /** nothing is sent between these times; it is sent afterwards */
                quiet?: {
                    from: string;
                    to: string;
                    /** such as Asia/Shanghai */
                    zone: string;
                };
                /** a change of a state is sent once it has held for this long; default 30 */
                hold_seconds?: number;
            };
            batch?: {
                /** events in one request at most; default 100 */
                max_events?: number;
                /** how long an event waits for others; default 200 */
                max_wait_ms?: number;
            };
            /** default true; a disabled one keeps its place */
            enabled?: boolean;
            /**
             * where a room begins that was not followed before; default now
             * @enum {string}
             */
            after?: "now" | "oldest";
        };
        OfficialBroadcast: {
            room_id: string;
            /** when it ended, ms since the epoch; null when there is none */
            ended_at: number | null;
            tasks: {
                /** @enum {string} */
                msg_type: "live_comment" | "live_gift" | "live_like" | "live_fansclub";
                /** @enum {string} */
                state: "starting" | "running" | "refused" | "stopped";
                /** why it doesn't run, or why nobody knows whether it does */
                error: components["schemas"]["OfficialProblem"] | null;
                /** since when it is pushed without a break, ms since the epoch; null when there is none */
                since: number | null;
                /** callbacks that were stored */
                callbacks: number;
                /** when the last one was, ms since the epoch; null when there is none */
                last_callback_at: number | null;
                /** failed deliveries that the platform reported */
                failed_deliveries: number;
                /** deliveries that are not stored yet */
                missing: number;
                /** entries that can't be read */
                unreadable: number;
            }[];
            /** whether these gifts are the account, and those of the web the evidence */
            counts: boolean;
            /** callbacks that were stored */
            callbacks: number;
            /** what came with callbacks and look-ups; what came twice is counted twice, and stored once */
            entries: number;
            /** entries that look-ups of failed deliveries brought */
            looked_up: number;
            /** entries of the platform's test tool, which are not stored */
            tests: number;
            /** entries that can't be read */
            unreadable: number;
            /** failed deliveries that the platform reported */
            failed_deliveries: number;
            /** when failed deliveries were last looked up to their end, ms since the epoch; null when there is none */
            looked_up_at: number | null;
            /** why the last look-up did not finish */
            look_up_error: components["schemas"]["OfficialProblem"] | null;
            acknowledged: number;
            /** how far both sources have the same gifts; people are not matched by it */
            match: {
                official_diamonds: number;
                web_diamonds: number;
                /** value of the gifts that both sources have, by time, price and count */
                matched_diamonds: number;
            };
        };
        OfficialProblem: {
            /** the platform's number; null: it gave no answer */
            err_no: number | null;
            /** in the platform's own words */
            message: string;
        };
        OverlayToken: {
            id: string;
            name: string;
            /** the one room that it opens; null: all */
            live_id: string | null;
            /** what its overlay shows: parameters as behind the # of an overlay's address */
            settings: string;
            /** the test that its overlay was last told to show; null: none yet */
            test: {
                /** another one each time */
                id: string;
                /**
                 * a large gift, a message, or a battle of ten seconds
                 * @enum {string}
                 */
                kind: "gift" | "chat" | "pk";
            } | null;
            /** ms since the epoch */
            created_at: number;
            /** ms since the epoch, now while it holds a connection open; null: never. After a restart to about 10 min */
            last_used_at: number | null;
        };
        /** fields left out stay unchanged */
        OverlayTokenChange: {
            /** what it is for, in the user's own words */
            name?: string;
            /** the one room that it opens from now on; null: all */
            live_id?: (string | number) | null;
            /** what its overlay shows: parameters as behind the # of an overlay's address */
            settings?: string;
        };
        ProbeStep: {
            /** @enum {string} */
            name: "cookie" | "page" | "login" | "im_fetch" | "socket";
            ok: boolean;
            /** what was found, for people */
            detail: string;
            /** what to do about it */
            hint: string | null;
            took_ms: number;
        };
        Quality: {
            score: number;
            parts: {
                /** connected time / time in which the broadcast ran */
                uptime: number;
                /** 1 - suspiciously silent time / connected time */
                silence: number | null;
                /** 1 / (1 + lost connections an hour / 6) */
                reconnects: number;
                /** 1 - time that gaps cover / time in which the broadcast ran */
                gaps: number;
                /** mean answer to heartbeats and pings: 1 up to 200 ms, 0 from 5 s on */
                latency: number | null;
                /** worth of the gifts that came / of those that were given, where the room's totals tell */
                completeness: number | null;
                /** 1 - 50 x share of messages that would not decode */
                decoding: number | null;
            };
        };
        QualityPoint: {
            /** end of the 5 minutes, ms since the epoch */
            at: number;
            quality: components["schemas"]["Quality"] | null;
        };
        RawField: {
            /** its number */
            field: number;
            /**
             * its wire type; for a field with a length, what the content looks like
             * @enum {string}
             */
            kind: "number" | "fixed64" | "fixed32" | "text" | "message" | "bytes";
            /** numbers in decimal, bytes as base64, a message's fields as a list */
            value: string | components["schemas"]["RawField"][];
            /** number of bytes that are not shown */
            more?: number;
        };
        ReconnectStatus: {
            /** @enum {string} */
            strategy: "fixed" | "adaptive";
            /** set while most rooms have failed at once */
            outage: {
                /** ms since the epoch */
                since: number;
                /**
                 * the failure of most rooms
                 * @enum {string}
                 */
                reason: "network" | "dns" | "tls" | "proxy" | "timeout" | "handshake_refused" | "blocked" | "signature_rejected" | "rate_limited" | "upstream_error" | "unreadable_page" | "bad_frame" | "silence" | "upstream_close" | "broadcast_ended" | "identity" | "foreign_host" | "storage";
                /** the room that probes for all */
                canary: string;
                /** rooms that wait for it */
                waiting: number;
            } | null;
            /** what the adaptive strategy knows of the push hosts */
            hosts: {
                host: string;
                /** how likely an attempt succeeds there now */
                success_rate: number;
                /** not used for a while, because it failed again and again */
                open: boolean;
            }[];
        };
        ReportFigures: {
            duration_ms: number;
            peak_viewers: number;
            /** number of different people who did something */
            people: number;
            /** upstream messages of all kinds */
            messages: number;
            chats: number;
            /** how many followed the anchor during it */
            new_followers: number;
            likes: number;
            diamonds: number;
        };
        Room: {
            live_id: string;
            /** @enum {string} */
            state: "idle" | "resolving" | "waiting" | "queued" | "connecting" | "connected" | "reconnecting" | "blocked" | "not_found" | "stopped";
            /** how a connected room is doing; null while it isn't connected */
            health: ("fine" | "quiet" | "silent" | "degraded") | null;
            /** urgency: 0 is the worst, 12 needs no attention */
            urgency: number;
            /** the worst that is wrong and should not be; `gifts`: gifts that were given do not come; null: nothing, as with an offline or quiet room */
            trouble: ("blocked" | "not_found" | "reconnecting" | "unstored" | "silent" | "degraded" | "login" | "gifts") | null;
            /** why the room is in its state */
            reason: {
                /** @enum {string} */
                code: "network" | "dns" | "tls" | "proxy" | "timeout" | "handshake_refused" | "blocked" | "signature_rejected" | "rate_limited" | "upstream_error" | "unreadable_page" | "bad_frame" | "silence" | "upstream_close" | "broadcast_ended" | "identity" | "foreign_host" | "storage" | "offline" | "no_room" | "hidden" | "closed" | "not_found" | "no_free_slot" | "preempted" | "stopped" | "new" | "ok";
                message: string;
                /** what was decided about the next attempt, and why */
                decision: string | null;
                /** what a failure of this class means, and what can be done */
                help: string | null;
            };
            /** when the room entered its state, ms since the epoch */
            since: number;
            /** since when what the room says can't be stored; null while it can, ms since the epoch; null when there is none */
            unstored_since: number | null;
            /** whether it connects before those that are not pinned when connections are scarce */
            pinned: boolean;
            /**
             * which rooms connect first when connections are scarce
             * @enum {string}
             */
            priority: "pinned" | "readers" | "live" | "idle";
            /** its place among those that wait for a connection; null while it doesn't wait */
            queue: {
                /** 1 is served next */
                position: number;
                why: string;
            } | null;
            /** failed attempts since the last frame */
            reconnect_count: number;
            /** when the next attempt is due, ms since the epoch; null when there is none */
            next_attempt_at: number | null;
            /** when the last message came, ms since the epoch; null when there is none */
            last_message_at: number | null;
            /** when the last sign of life of any kind came, ms since the epoch; null when there is none */
            last_sign_at: number | null;
            /** when the socket opened, ms since the epoch; null when there is none */
            connected_at: number | null;
            /** the broadcast */
            room_id: string | null;
            /**
             * voice: the anchor is heard and not seen
             * @enum {string}
             */
            kind: "video" | "voice";
            /** look-ups of a room that is not connected; null while it needs none */
            watch: {
                /** when the site last said something about the room, ms since the epoch; null when there is none */
                last_at: number | null;
                /** the way it was asked */
                last_way: ("enter" | "reflow" | "scene" | "page" | "batch" | "followed") | null;
                /** when the site is asked next, as planned now; null while it is, ms since the epoch; null when there is none */
                next_at: number | null;
                /** the way it is asked then, as planned now */
                next_way: ("enter" | "reflow" | "scene" | "page" | "batch" | "followed") | null;
            } | null;
            title: string | null;
            anchor: {
                id: string;
                nickname: string;
                avatar: string;
            } | null;
            /** the push host */
            host: string | null;
            /** whether the room is read by polling, without a push socket */
            polling: boolean;
            /** the node of the cluster that keeps it; null where the service is alone */
            node: string | null;
            /** its connections; null for a room with one socket */
            connections: components["schemas"]["RoomConnection"][] | null;
            /** what its connections bring together; null for one connection */
            compared: components["schemas"]["ComparedConnections"] | null;
            /**
             * anonymous sessions get no gifts; expired: the cookie is of a login that has ended, and so do they
             * @enum {string}
             */
            identity: "anonymous" | "logged_in" | "expired";
            /** the identity that it uses; null: a cookie and a proxy of its own */
            identity_name: string | null;
            /** when the login ends or has ended, ms since the epoch; null when there is none */
            login_expires_at: number | null;
            /** for people: the login has ended, or will soon */
            login_warning: string | null;
            frames: number;
            messages: number;
            decode_errors: number;
            /** messages that held more than any real one: their events say in `bounded` of what */
            bounded_messages: number;
            duplicates: number;
            /** reconnects by what caused them */
            reconnects: {
                [key: string]: number;
            };
            /** number of `gap` events in the log: messages are missing there, or may be */
            gaps: number;
            /** upstream time that these gaps cover, in all */
            gap_ms: number;
            /** what the health is judged by, in words for people */
            evidence: string[];
            /** types of events that alone have fallen silent */
            quiet_kinds: string[];
            /** how long the last heartbeat took to be answered; null when it is not */
            heartbeat_ms: number | null;
            /** how long the last ping took to be answered */
            ping_ms: number | null;
            /** 0 to 100, over 5 minutes, an hour and a day */
            quality: {
                "5m": components["schemas"]["Quality"] | null;
                "1h": components["schemas"]["Quality"] | null;
                "24h": components["schemas"]["Quality"] | null;
            };
            /** how each 2 minutes of the last hour went, oldest first; none: the room was not to be connected; lost: it was for less than half; partly: with a cut, a gap or a silence */
            last_hour: ("none" | "ok" | "partly" | "lost")[];
            /** messages stored in each of the last 60 whole minutes, oldest first; none from before the service started */
            messages_per_minute: number[];
            /** messages stored in the last 60 seconds, about */
            messages_last_minute: number;
            /** people watching, as the upstream last reported; null before it has */
            viewers: number | null;
            /** gifts seen in this broadcast, in diamonds */
            diamonds: number;
            /** how many of the broadcast's gifts come */
            gift_coverage: components["schemas"]["RoomGiftCoverage"];
            /** state of the open platform's push; null: the room has no app */
            official: components["schemas"]["RoomOfficial"] | null;
        };
        RoomChange: {
            /** the user's own cookie for the upstream; a logged-in one sees gifts */
            cookie?: string;
            /** proxy to the upstream */
            proxy?: string;
            /** an identity that rooms share, instead of cookie and proxy; null: as all that have none of their own */
            identity?: string | null;
            /** whether the room connects before those that are not pinned when connections are scarce */
            pinned?: boolean;
            /** whether the upstream's payloads are stored beside the events; default false */
            raw?: boolean;
            /** how many sessions the room keeps at once; default 1 */
            redundancy?: number;
            /** the app that has the room's data pushed by the open platform; null: none */
            official?: {
                app_id: string;
                /** the app's secret, with which tokens are taken */
                secret: string;
                /** secrets that sign the callbacks of each kind; default the app's secret */
                callback_secrets?: {
                    [key: string]: string;
                };
                /** what is pushed; default live_gift alone */
                types?: ("live_comment" | "live_gift" | "live_like" | "live_fansclub")[];
            } | null;
            /** identity and proxy of the sessions after the first; fields left out are those of the first */
            sessions?: components["schemas"]["FurtherSession"][];
        };
        RoomConnection: {
            /** @enum {string} */
            kind: "socket" | "polling";
            /** @enum {string} */
            state: "idle" | "queued" | "waiting" | "connecting" | "connected";
            /** whether it is proven to follow what the room has said: it could go on alone */
            synced: boolean;
            host: string | null;
            /** @enum {string} */
            identity: "anonymous" | "logged_in" | "expired";
            /** why it isn't connected */
            reason: {
                code: string;
                message: string;
            } | null;
            /** when its next attempt is due, ms since the epoch; null when there is none */
            next_attempt_at: number | null;
            /** how often it was lost or could not be opened */
            failures: number;
            /** messages that it brought */
            messages: number;
            /** messages that the others brought and it did not; those on their way may be among them */
            missed: number;
            /** what it brings of the running broadcast beside the others */
            compared: components["schemas"]["ComparedConnection"] | null;
        };
        RoomGiftCoverage: {
            /** worth of the gifts that came / of those that were given, by the room's own totals; null: not known */
            share: number | null;
            /**
             * whether gifts come; stopped: the first came, and then none, while the room was given more
             * @enum {string}
             */
            verdict: "all" | "some" | "stopped" | "none" | "unknown";
            /** worth of the gifts that came, of the time that could be judged */
            diamonds_seen: number;
            /** worth of those that did not; null: not known */
            diamonds_missing: number | null;
            /** the part of those that did not come that was lost while the connection was down */
            diamonds_lost: number | null;
            /** what it is judged by: the room's running total, scores of people, or the open platform's deliveries; null: none */
            source: ("room_total" | "contributor" | "rank" | "official") | null;
            /** what one diamond adds to it */
            unit: number | null;
            /** whether gifts that came have shown it; otherwise the usual value is assumed */
            unit_learned: boolean;
            /** since when it could be judged, ms since the epoch */
            from: number | null;
            /** until when, ms since the epoch */
            to: number | null;
            /** worth of all gifts of the broadcast that are known to be missing, also from before its login changed or the open platform pushed; 0: none is known */
            missing_in_all: number;
            /** ranges of the broadcast before its login changed, as far as they could be judged, oldest first */
            earlier: components["schemas"]["EarlierGiftCoverage"][];
            /** what did not come before the login changed; null: nothing is known to miss */
            before: string | null;
            /** whether all gifts come */
            summary: string;
            /** why not */
            why: string | null;
            /** what can be done, in this order */
            advice: string[];
            /** what it is judged by */
            evidence: string | null;
        };
        RoomOfficial: {
            live_id: string;
            app_id: string;
            /** what is pushed */
            types: ("live_comment" | "live_gift" | "live_like" | "live_fansclub")[];
            /**
             * state of the push of gifts
             * @enum {string}
             */
            state: "idle" | "starting" | "running" | "catching_up" | "failing" | "ended" | "other_kinds";
            /** the same in words */
            summary: string;
            /** what that means */
            why: string | null;
            /** what can be done, in this order */
            advice: string[];
            token: {
                /** when the token expires; it is renewed before that, ms since the epoch; null when there is none */
                expires_at: number | null;
                /** why the last one could not be obtained; null once one was */
                error: {
                    /** the platform's number; null: it gave no answer */
                    err_no: number | null;
                    /** in the platform's own words */
                    message: string;
                    at: number;
                } | null;
            };
            /** callbacks that were refused since the service was started */
            refused: number;
            /** the last of them, and why */
            last_refused: {
                at: number;
                /** @enum {string} */
                problem: "headers" | "signature" | "late" | "early" | "repeated" | "unknown" | "not_asked" | "too_large" | "unreadable";
                message: string;
            } | null;
            /** those that are on, or of which something may be missing; newest first */
            broadcasts: components["schemas"]["OfficialBroadcast"][];
        };
        RoomOptions: {
            /** the user's own cookie for the upstream; a logged-in one sees gifts */
            cookie?: string;
            /** proxy to the upstream */
            proxy?: string;
            /** an identity that rooms share, instead of cookie and proxy */
            identity?: string;
            /** whether the room connects before those that are not pinned when connections are scarce */
            pinned?: boolean;
            /** whether the upstream's payloads are stored beside the events; default false */
            raw?: boolean;
            /** how many sessions the room keeps at once; default 1 */
            redundancy?: number;
            /** the app that has the room's data pushed by the open platform; null: none */
            official?: {
                app_id: string;
                /** the app's secret, with which tokens are taken */
                secret: string;
                /** secrets that sign the callbacks of each kind; default the app's secret */
                callback_secrets?: {
                    [key: string]: string;
                };
                /** what is pushed; default live_gift alone */
                types?: ("live_comment" | "live_gift" | "live_like" | "live_fansclub")[];
            } | null;
            /** identity and proxy of the sessions after the first; fields left out are those of the first */
            sessions?: components["schemas"]["FurtherSession"][];
        };
        Series: {
            /** @constant */
            success: true;
            live_id: string;
            /** ms since the epoch, a whole minute */
            from: number;
            to: number;
            /** minutes */
            step: number;
            points: components["schemas"]["SeriesPoint"][];
            /** events up to this seq are counted; behind last_seq only while counting catches up */
            counted_to: number;
            last_seq: number;
        };
        SeriesPoint: {
            /** where the span begins, ms since the epoch */
            at: number;
            /** upstream messages by type */
            messages: {
                [key: string]: number;
            };
            /** people watching, as last reported in the span; null where nothing was reported */
            viewers: number | null;
            peak_viewers: number | null;
            /** as the messages of the span counted them */
            likes: number;
            diamonds: number;
        };
        ServiceConfig: {
            /** @constant */
            success: true;
            /** the configuration file that was read; null where there was none */
            file: string | null;
            /** how livekeeper is started where the service runs */
            launch: {
                /** what stands before a command's name in a terminal */
                command: string;
                /** shows made-up rooms; null where the service can't say, as in a container */
                demo: string | null;
            };
            options: components["schemas"]["ConfigOption"][];
        };
        SetRoomOptions: {
            /** the identity that it names; null: none */
            identity: string | null;
            /** whether it has a cookie of its own */
            has_cookie: boolean;
            /** whether it has a proxy of its own */
            has_proxy: boolean;
            pinned: boolean;
            raw: boolean;
            redundancy: number;
        };
        ShownMessage: {
            title: string;
            /** in lines; up to 4,000 characters */
            text: string;
            /** URL of the picture beside it */
            picture: string | null;
        };
        Target: {
            id: string;
            name: string;
            /** @enum {string} */
            preset: "json" | "template" | "dingtalk" | "feishu" | "wecom" | "telegram" | "discord" | "slack" | "bark" | "serverchan" | "ntfy" | "mail" | "streamerbot" | "sammi" | "onecomme" | "social-stream" | "dycast" | "mqtt";
            /** without the secret ones; null: encrypted with another key, give all of them again */
            settings: {
                [key: string]: unknown;
            } | null;
            /** where it dials */
            host: string | null;
            live_ids: "*" | string[];
            /** null: every kind */
            types: ("chat" | "emoji_chat" | "screen_chat" | "gift" | "light_gift" | "fan_ticket" | "like" | "chat_likes" | "member" | "follow" | "share" | "fansclub" | "room_stats" | "viewers" | "rank" | "control" | "notice" | "intro" | "banner" | "product" | "leaderboard" | "topic" | "page_update" | "pk_started" | "pk_score" | "pk_ended" | "pk_task" | "guest_score" | "seats" | "link_score" | "lucky_box" | "lottery" | "message_deleted" | "raw" | "connection" | "gap" | "gifts_withheld" | "service_down" | "broadcast_started" | "broadcast_ended")[] | null;
            states: ("live" | "ended" | "blocked" | "silent" | "gap" | "gifts_withheld" | "report" | "login_ending" | "storage" | "node_lost")[];
            words: string[];
            pattern: string | null;
            gift: {
                min_diamonds: number;
                /** @enum {string} */
                of: "gift" | "streak";
            } | null;
            people: string[];
            roles: ("moderator" | "fan_club")[];
            min_level: number | null;
            pace: {
                digest_minutes: number | null;
                max_per_minute: number | null;
                quiet: {
                    from: string;
                    to: string;
                    zone: string;
                } | null;
                hold_seconds: number;
            };
            batch: {
                max_events: number;
                max_wait_ms: number;
            };
            enabled: boolean;
            /** @enum {string} */
            after: "now" | "oldest";
            created_at: number;
            updated_at: number;
            /** @enum {string} */
            state: "active" | "failing" | "paused" | "disabled" | "unreadable";
            /** failed attempts in a row, over all rooms */
            failures: number;
            /** when a paused target is tried next, ms since the epoch; null when there is none */
            paused_until: number | null;
            dead_letters: number;
            /** dead letters that were replaced by newer ones */
            dead_letters_dropped: number;
        };
        TargetAttempt: {
            live_id: string;
            delivery_id: string;
            first_seq: number;
            last_seq: number;
            events: number;
            at: number;
            /** null: it was accepted */
            error: components["schemas"]["DeliveryError"] | null;
        };
        TargetPreset: {
            /** @enum {string} */
            name: "json" | "template" | "dingtalk" | "feishu" | "wecom" | "telegram" | "discord" | "slack" | "bark" | "serverchan" | "ntfy" | "mail" | "streamerbot" | "sammi" | "onecomme" | "social-stream" | "dycast" | "mqtt";
            /** JSON Schema of its settings */
            settings: {
                [key: string]: unknown;
            };
            /** settings that are never returned */
            secrets: string[];
            /** a tool of this machine: its address is allowed by target_allow_loopback */
            loopback: boolean;
        };
        TargetPreview: {
            /** the first 50 */
            messages: {
                live_id: string;
                at: number;
                events: number;
                /** body of the request, frame or publication; up to 4,000 characters */
                content: string;
                /** as an application shows it to people; null: a program reads it */
                shows: components["schemas"]["ShownMessage"] | null;
            }[];
            /** how a notice of each state of the service reads, and the report of the newest broadcast */
            samples: {
                live_id: string;
                at: number;
                events: number;
                /** body of the request, frame or publication; up to 4,000 characters */
                content: string;
                /** as an application shows it to people; null: a program reads it */
                shows: components["schemas"]["ShownMessage"] | null;
            }[];
            /** what would be sent at a later time unless it is undone until then: a change that has to hold, a digest */
            waiting: {
                live_id: string;
                at: number;
                events: number;
                /** body of the request, frame or publication; up to 4,000 characters */
                content: string;
                /** as an application shows it to people; null: a program reads it */
                shows: components["schemas"]["ShownMessage"] | null;
                /** ms since the epoch */
                due_at: number;
            }[];
            /** how many deliveries there would have been */
            deliveries: number;
            /** there is more than was looked at: other rooms than the first 20, or other deliveries than the first 500 */
            partial: boolean;
        };
        TargetRoom: {
            live_id: string;
            /** @enum {string} */
            state: "idle" | "waiting" | "ready" | "running" | "closed" | "stopped";
            /** everything up to this seq has been dealt with */
            position: number;
            /** the newest seq of the room's log */
            last_seq: number;
            /** events between the two, wanted or not */
            lag: number;
            /** failed attempts with the batch under way */
            attempts: number;
            /** when the next attempt is due, ms since the epoch; null when there is none */
            next_attempt_at: number | null;
            /** when a delivery was last accepted, ms since the epoch; null when there is none */
            last_success_at: number | null;
            /** of the newest failed attempt; gone with the next success */
            last_error: components["schemas"]["DeliveryError"] | null;
        };
        TargetTest: {
            /** the receiver answered 2xx */
            accepted: boolean;
            /** what the receiver answered; null where it did not */
            status: number | null;
            error: components["schemas"]["DeliveryError"] | null;
            took_ms: number;
        };
        Today: {
            /** @constant */
            success: true;
            /** ms since the epoch */
            from: number;
            rooms: {
                live_id: string;
                /** by its own habit; null: it has none to speak of */
                usual_start: components["schemas"]["UsualStart"] | null;
                /** those that ran at or after `from`, whole, oldest first */
                broadcasts: components["schemas"]["Broadcast"][];
            }[];
            /** of these broadcasts, those that brought most first */
            best_gifts: {
                gift_id: string;
                name: string;
                /** URL of the picture, or "" */
                image: string;
                /** what one of them is worth */
                diamond_count: number;
                count: number;
                diamonds: number;
            }[];
            /** of these broadcasts, most generous first */
            best_givers: {
                id: string;
                sec_uid: string;
                nickname: string;
                /** the upstream hides the name: several people may share it */
                masked: boolean;
                diamonds: number;
            }[];
        };
        Upstream: {
            /** when it was so, by the service's clock, ms since the epoch */
            at: number;
            /** rooms that this node keeps, connected ones too */
            rooms: number;
            /** those of them that the site has said anything about */
            known: number;
            /** time until all are known, as planned now; 0 where they are */
            known_in_ms: number;
            /** the site's page of a room that is not connected: the slider is passed there */
            page: string;
            /** addresses that the site sees: this machine's own, and the proxies */
            exits: components["schemas"]["LookupExit"][];
        };
        UsualStart: {
            /** when the room most likely goes live next, ms since the epoch */
            at: number;
            /** how often that comes again: a day or a week */
            every_ms: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Broadcast = components['schemas']['Broadcast'];
export type BroadcastGifts = components['schemas']['BroadcastGifts'];
export type BroadcastReport = components['schemas']['BroadcastReport'];
export type ClusterNode = components['schemas']['ClusterNode'];
export type ClusterNodes = components['schemas']['ClusterNodes'];
export type ComparedConnection = components['schemas']['ComparedConnection'];
export type ComparedConnections = components['schemas']['ComparedConnections'];
export type ConfigOption = components['schemas']['ConfigOption'];
export type Connection = components['schemas']['Connection'];
export type ConnectionLimits = components['schemas']['ConnectionLimits'];
export type Connections = components['schemas']['Connections'];
export type CookiePairing = components['schemas']['CookiePairing'];
export type DeadLetter = components['schemas']['DeadLetter'];
export type DeliveryError = components['schemas']['DeliveryError'];
export type DoctorEnd = components['schemas']['DoctorEnd'];
export type DoctorStep = components['schemas']['DoctorStep'];
export type EarlierGiftCoverage = components['schemas']['EarlierGiftCoverage'];
export type Error = components['schemas']['Error'];
export type FoundCookie = components['schemas']['FoundCookie'];
export type FoundRoom = components['schemas']['FoundRoom'];
export type FurtherSession = components['schemas']['FurtherSession'];
export type GiftCoverage = components['schemas']['GiftCoverage'];
export type Identity = components['schemas']['Identity'];
export type IdentityChange = components['schemas']['IdentityChange'];
export type KindCount = components['schemas']['KindCount'];
export type KnownGift = components['schemas']['KnownGift'];
export type LookupExit = components['schemas']['LookupExit'];
export type LookupWay = components['schemas']['LookupWay'];
export type NewOverlayToken = components['schemas']['NewOverlayToken'];
export type NewTarget = components['schemas']['NewTarget'];
export type OfficialBroadcast = components['schemas']['OfficialBroadcast'];
export type OfficialProblem = components['schemas']['OfficialProblem'];
export type OverlayToken = components['schemas']['OverlayToken'];
export type OverlayTokenChange = components['schemas']['OverlayTokenChange'];
export type ProbeStep = components['schemas']['ProbeStep'];
export type Quality = components['schemas']['Quality'];
export type QualityPoint = components['schemas']['QualityPoint'];
export type RawField = components['schemas']['RawField'];
export type ReconnectStatus = components['schemas']['ReconnectStatus'];
export type ReportFigures = components['schemas']['ReportFigures'];
export type Room = components['schemas']['Room'];
export type RoomChange = components['schemas']['RoomChange'];
export type RoomConnection = components['schemas']['RoomConnection'];
export type RoomGiftCoverage = components['schemas']['RoomGiftCoverage'];
export type RoomOfficial = components['schemas']['RoomOfficial'];
export type RoomOptions = components['schemas']['RoomOptions'];
export type Series = components['schemas']['Series'];
export type SeriesPoint = components['schemas']['SeriesPoint'];
export type ServiceConfig = components['schemas']['ServiceConfig'];
export type SetRoomOptions = components['schemas']['SetRoomOptions'];
export type ShownMessage = components['schemas']['ShownMessage'];
export type Target = components['schemas']['Target'];
export type TargetAttempt = components['schemas']['TargetAttempt'];
export type TargetPreset = components['schemas']['TargetPreset'];
export type TargetPreview = components['schemas']['TargetPreview'];
export type TargetRoom = components['schemas']['TargetRoom'];
export type TargetTest = components['schemas']['TargetTest'];
export type Today = components['schemas']['Today'];
export type Upstream = components['schemas']['Upstream'];
export type UsualStart = components['schemas']['UsualStart'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
