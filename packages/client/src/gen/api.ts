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
            /** Douyin's messages by type */
            messages: {
                [key: string]: number;
            };
            /** number of different people who were active */
            users: number;
            peak_viewers: number;
            /** as counted by the messages; the sum of the series */
            likes: number;
            /** Douyin's own total; null if it showed none */
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
            /** total time of its gaps, in which nothing could be received from Douyin */
            gap_ms: number;
            /** messages may be missing from then to its end: the connection is lost, or the end was not observed */
            lost_since: number | null;
        };
        BroadcastGifts: {
            /** @constant */
            success: true;
            live_id: string;
            room_id: string;
            /** sum of all gifts, including those that are not listed */
            diamonds: number;
            /** most valuable first */
            by_kind: {
                gift_id: string;
                name: string;
                /** URL of the picture, or "" */
                image: string;
                /** value of a single one */
                diamond_count: number;
                count: number;
                diamonds: number;
            }[];
            /** most generous first; free gifts are not counted */
            by_giver: {
                id: string;
                sec_uid: string;
                nickname: string;
                /** Douyin hides the name: this may be several people */
                masked: boolean;
                diamonds: number;
            }[];
            /** there are more of either: continue with a larger offset */
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
                    /** value of a single one */
                    diamond_count: number;
                    count: number;
                    diamonds: number;
                }[];
                /** the top 20; for the rest use /broadcasts/{room_id}/gifts with offset */
                by_giver: {
                    id: string;
                    sec_uid: string;
                    nickname: string;
                    /** Douyin hides the name: this may be several people */
                    masked: boolean;
                    diamonds: number;
                }[];
                more: boolean;
            };
            /** best first; at: start of the minute, ms since the epoch; null: the events were deleted, or there were none */
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
            /** moments that stand out by messages, diamonds or likes, at most 12, in order of time */
            highlights: components["schemas"]["Highlight"][];
            /** null: this broadcast's people were deleted with its events. People who only watch are never seen */
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
            /** times in which nothing could be received from Douyin, ms since the epoch, at most 100, newest first */
            gaps: {
                from: number;
                to: number;
                reason: string;
            }[];
            /** false: there may be more, or their events were deleted */
            gaps_complete: boolean;
        };
        BroadcastWords: {
            /** @constant */
            success: true;
            live_id: string;
            room_id: string;
            /** number of chat messages that were read */
            chats: number;
            /** false: some of the broadcast's messages have been deleted */
            complete: boolean;
            /** most used first; names, numbers and words that mean nothing by themselves are left out */
            words: {
                word: string;
                /** number of messages that contain it */
                chats: number;
            }[];
        };
        ClusterNode: {
            /** its name */
            node: string;
            /** whether it is the node that answers */
            self: boolean;
            /** where it listens, as seen from its own machine */
            url: string;
            /** its share of the rooms, relative to the others */
            weight: number;
            /** whether it is handing over its rooms and about to stop */
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
            /** how long NATS has not heard from the answering node, ms; the list is as old; null without a cluster */
            unheard_ms: number | null;
            /** NATS has not heard from the answering node for so long that the others take over its rooms */
            cut_off: boolean;
            nodes: components["schemas"]["ClusterNode"][];
        };
        ComparedConnection: {
            /** messages that it received while there were several connections */
            messages: number;
            /** messages that no other connection received */
            only_messages: number;
            /** only_messages as a share of all messages of the room: the messages it adds */
            message_gain: number | null;
            /** share of all messages that it receives, estimated from the overlap with the others; an upper bound */
            message_coverage: number | null;
            /** value of the gifts that it received */
            diamonds: number;
            /** value of the gifts that no other connection received */
            only_diamonds: number;
            /** only_diamonds as a share of the value of all gifts of the room: the gifts it adds */
            diamond_gain: number | null;
            /** share of the gift value that it receives */
            diamond_coverage: number | null;
            /** gifts that it received; a combo counts as one */
            gifts: number;
            /** gifts per hour while connected; null in the first 15 minutes */
            gifts_per_hour: number | null;
        };
        ComparedConnections: {
            /** start of the comparison, ms since the epoch */
            since: number;
            /** messages that they received together */
            messages: number;
            /** share of all messages that they receive together; an upper bound */
            message_coverage: number | null;
            /** value of the gifts that they received together */
            diamonds: number;
            /** share of the gift value that they receive together */
            diamond_coverage: number | null;
            /** source of the share: the room's own totals, or the overlap of the connections */
            diamonds_by: ("totals" | "overlap") | null;
            /** gifts that they received together; a combo counts as one */
            gifts: number;
            /** gifts per hour; null in the first 15 minutes */
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
            /** the value in use; null if none is set, and for secrets */
            value: unknown;
            /** null if there is none */
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
            /** time of the last message, seconds since the epoch; null when there is none */
            last_message_time: number | null;
            /** whether the room is started */
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
            /** gaps in the log, where messages are or may be missing */
            gaps: number;
        };
        ConnectionLimits: {
            /** in total; null: no limit */
            max_connections: number | null;
            /** per login; null: no limit */
            max_connections_per_identity: number | null;
            /** per logged-in account, if there is no limit per login; null: no limit */
            max_connections_per_login: number | null;
            /** per proxy; null: no limit */
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
            /** these connections, most important first */
            holders: {
                live_id: string;
                /**
                 * which rooms connect first when connections are scarce
                 * @enum {string}
                 */
                priority: "pinned" | "readers" | "live" | "idle";
                /** whether it is an additional connection of its room */
                second: boolean;
                /** whether it was asked to give way to another */
                giving_way: boolean;
            }[];
            /** rooms waiting for a connection, the next one first */
            queue: {
                live_id: string;
                /** 1 is next */
                position: number;
                /**
                 * which rooms connect first when connections are scarce
                 * @enum {string}
                 */
                priority: "pinned" | "readers" | "live" | "idle";
                /** start of its wait, ms since the epoch */
                since: number;
                /** what it waits for */
                why: string;
            }[];
        };
        CookiePairing: {
            id: string;
            /**
             * waiting for the code; received; expired; locked: too many wrong codes
             * @enum {string}
             */
            state: "waiting" | "received" | "expired" | "locked";
            /** until when the code is valid, and then until when the cookie is kept, ms since the epoch */
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
            dead_lettered_at: number;
            /** queued for resending, not yet tried */
            queued: boolean;
        };
        DeliveryError: {
            /** stable; for programs (the manual's chapter on targets lists them) */
            code: string;
            message: string;
            /** the receiver's answer */
            status: number | null;
            at: number;
        };
        DiagnosisBundle: {
            /** @constant */
            success: true;
            /** a name for the archive */
            file_name: string;
            files: {
                name: string;
                /** what it holds, for people */
                about: string;
                text: string;
            }[];
            /** the same files as one ZIP archive, base64 */
            zip: string;
        };
        DoctorEnd: {
            /** @constant */
            end: true;
            /** the room that was checked; null if there was none */
            live_id: string | null;
            /** whether it can stay connected; null if none was checked */
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
            /** only for steps that were tried */
            took_ms: number | null;
        };
        EarlierGiftCoverage: {
            /** value of the gifts received / value of the gifts sent, by the room's own totals; null: not known */
            share: number | null;
            /**
             * whether gifts are received; stopped: only the first ones were, though more were sent
             * @enum {string}
             */
            verdict: "all" | "some" | "stopped" | "none" | "unknown";
            /** value of the gifts received, in the time that could be judged */
            diamonds_seen: number;
            /** value of the gifts not received; null: not known */
            diamonds_missing: number | null;
            /** the part of diamonds_missing that was lost while the connection was down */
            diamonds_lost: number | null;
            /** basis: the room's running total, scores of people, or the open platform's deliveries; null: none */
            source: ("room_total" | "contributor" | "rank" | "official") | null;
            /** what one diamond adds to it */
            unit: number | null;
            /** whether it was learned from received gifts; otherwise the usual value is assumed */
            unit_learned: boolean;
            /** start of the time that could be judged, ms since the epoch */
            from: number | null;
            /** end of it, ms since the epoch */
            to: number | null;
            /** false: the room was connected without a login */
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
             * the form in which it was given
             * @enum {string}
             */
            form: "header" | "curl" | "powershell" | "fetch" | "json" | "cookies_txt" | "table";
            /** whether it belongs to an account; without a login no gifts are received */
            logged_in: boolean;
            /** time at which its login expires or expired, ms since the epoch; null: it does not say */
            expires_at: number | null;
            /** further cookies that a browser sends, e.g. s_v_web_id; it works without them */
            missing: string[];
            /** the saved login that is the same account */
            same_as: string | null;
        };
        FoundRoom: {
            /** the part of the text; parts that are no room for the same reason are joined by spaces */
            text: string;
            /** the room number to start; null: not a room */
            live_id: string | null;
            /**
             * hidden: visible to selected viewers only; closed: the account was closed; unknown: Douyin gave no readable answer; unusable: not a room; aside: not a room either, but next to one, such as the words of a share text, or a repeated room
             * @enum {string}
             */
            status: "live" | "offline" | "no_room" | "hidden" | "closed" | "not_found" | "unknown" | "unusable" | "aside";
            /** whether it is already started */
            kept: boolean;
            /** the streamer's */
            name: string | null;
            avatar: string | null;
            title: string | null;
            /** explanation for people */
            message: string;
            /** what to do about it */
            hint: string | null;
        };
        FurtherSession: {
            /** the user's own Douyin cookie; gifts are received only if it is logged in */
            cookie?: string;
            /** proxy to Douyin */
            proxy?: string;
            identity?: string;
        };
        GiftCoverage: {
            /** value of the gifts received / value of the gifts sent, by the room's own totals; null: not known */
            share: number | null;
            /**
             * whether gifts are received; stopped: only the first ones were, though more were sent
             * @enum {string}
             */
            verdict: "all" | "some" | "stopped" | "none" | "unknown";
            /** value of the gifts received, in the time that could be judged */
            diamonds_seen: number;
            /** value of the gifts not received; null: not known */
            diamonds_missing: number | null;
            /** the part of diamonds_missing that was lost while the connection was down */
            diamonds_lost: number | null;
            /** basis: the room's running total, scores of people, or the open platform's deliveries; null: none */
            source: ("room_total" | "contributor" | "rank" | "official") | null;
            /** what one diamond adds to it */
            unit: number | null;
            /** whether it was learned from received gifts; otherwise the usual value is assumed */
            unit_learned: boolean;
            /** start of the time that could be judged, ms since the epoch */
            from: number | null;
            /** end of it, ms since the epoch */
            to: number | null;
            /** worth of all gifts of the broadcast that are known to be missing, also from before its login changed or the open platform pushed; 0: none is known */
            missing_in_all: number;
            /** the parts of the broadcast before its login changed, if they could be judged, oldest first */
            earlier: components["schemas"]["EarlierGiftCoverage"][];
        };
        Highlight: {
            /** start of its first minute, ms since the epoch */
            from: number;
            /** end of its last minute */
            to: number;
            /** compares the moments of one broadcast; greater is stronger */
            strength: number;
            /** the reasons in words, in both languages */
            why: {
                en: string;
                zh: string;
            };
            /** strongest first; empty if only new words make it stand out */
            reasons: {
                /** @enum {string} */
                figure: "messages" | "diamonds" | "likes";
                /** diamonds: all of the moment; messages, likes: its strongest minute */
                value: number;
                /** of a minute, at that time of the broadcast */
                usual: number;
                /** its strongest minute compared with the usual; null: usually none */
                times: number | null;
            }[];
            /** words that many people used and hardly anyone before */
            new_words: {
                word: string;
                /** who used it in one minute */
                people: number;
            }[];
        };
        Highlights: {
            /** @constant */
            success: true;
            live_id: string;
            room_id: string;
            /** the time that offsets count from, ms since the epoch */
            recording_from: number;
            /** in order of time */
            highlights: {
                /** start of its first minute, ms since the epoch */
                from: number;
                /** end of its last minute */
                to: number;
                /** compares the moments of one broadcast; greater is stronger */
                strength: number;
                /** the reasons in words, in both languages */
                why: {
                    en: string;
                    zh: string;
                };
                /** strongest first; empty if only new words make it stand out */
                reasons: {
                    /** @enum {string} */
                    figure: "messages" | "diamonds" | "likes";
                    /** diamonds: all of the moment; messages, likes: its strongest minute */
                    value: number;
                    /** of a minute, at that time of the broadcast */
                    usual: number;
                    /** its strongest minute compared with the usual; null: usually none */
                    times: number | null;
                }[];
                /** words that many people used and hardly anyone before */
                new_words: {
                    word: string;
                    /** who used it in one minute */
                    people: number;
                }[];
                /** offset in the recording */
                start_seconds: number;
                end_seconds: number;
            }[];
        };
        Identity: {
            name: string;
            has_cookie: boolean;
            has_proxy: boolean;
            /**
             * unreadable: it must be entered again
             * @enum {string}
             */
            status: "anonymous" | "logged_in" | "expired" | "unreadable";
            /** time at which its login expires or expired, ms since the epoch; null when nobody knows */
            expires_at: number | null;
            /** time at which a page last showed whom Douyin takes it for, ms since the epoch; null when nobody knows */
            seen_at: number | null;
            /** for people: the login has expired, or will soon */
            warning: string | null;
            /** the rooms that use it */
            rooms: string[];
            /**
             * how Douyin treats it: `fine`; `first_only`: only the first gifts; `nothing`: no gifts; `resting`: paused; `unknown`
             * @enum {string}
             */
            state: "fine" | "first_only" | "nothing" | "resting" | "unknown";
            /** the evidence, in words for people */
            state_evidence: string[];
            /** what can be done, in this order */
            advice: string[];
            /** share of the gift value that it receives */
            gift_coverage: number | null;
            /** share it receives of the messages that other logins receive in the same rooms */
            message_coverage: number | null;
            /** gifts per hour that it receives in its rooms */
            gifts_per_hour: number | null;
            /** gifts per hour that all logins of the same rooms receive */
            gifts_per_hour_of_all: number | null;
            /** set while the login is paused */
            rest: {
                since: number;
                /** time of the retry, ms since the epoch */
                until: number;
                /** how often in a row */
                times: number;
                /** rooms in which it received nothing */
                rooms: string[];
            } | null;
            added_at: number;
            updated_at: number;
        };
        IdentityChange: {
            /** a Cookie header, a request as cURL, a cookies.txt, or a browser's JSON export; left out: unchanged, null: none */
            cookie?: string | null;
            /**
             * Format: uuid
             * instead of cookie: the id of the pairing with which a browser sent it
             */
            pairing?: string;
            /** proxy to Douyin; left out: unchanged, null: none */
            proxy?: string | null;
            /** time at which the cookie's login expires, ms since the epoch; left out with a new cookie: as the cookie says */
            expires_at?: number | null;
        };
        KindCount: {
            /** the event's type, or Douyin's name of the kind for events without one */
            kind: string;
            /** whether its events have their own type */
            typed: boolean;
            count: number;
            /** when the first was stored, ms since the epoch */
            first_at: number;
            /** when the last was stored, ms since the epoch */
            last_at: number;
            /** seq of the last one */
            last_seq: number;
        };
        KnownGift: {
            gift_id: string;
            /** "" if no message has named it */
            name: string;
            /** URL of the picture, or "" */
            image: string;
            /** value of a single one, as last reported; 0 if not reported */
            diamond_count: number;
            /** ms since the epoch */
            first_seen_at: number;
            /** ms since the epoch */
            last_seen_at: number;
        };
        LookupExit: {
            /** direct, or the proxy's host and port */
            name: string;
            /** rooms waiting for a lookup from here */
            rooms: number;
            /** whether Douyin refuses every method */
            closed: boolean;
            /** whether a person can end a refusal by passing Douyin's slider */
            captcha: boolean;
            /** for people: which methods are refused and how; null if none */
            message: string | null;
            /** for people: what can be done about it */
            advice: string | null;
            ways: components["schemas"]["LookupWay"][];
        };
        LookupWay: {
            /** @enum {string} */
            way: "enter" | "reflow" | "scene" | "page" | "batch" | "followed";
            /**
             * `rests`: refused by Douyin; one request retries it at `until`
             * @enum {string}
             */
            state: "untried" | "works" | "rests";
            /** time at which it entered this state, ms since the epoch; null when there is none */
            since: number | null;
            /** time at which a refused method is retried, ms since the epoch; null when there is none */
            until: number | null;
            /** how Douyin refuses it; layout: an answer that livekeeper can't read */
            sign: ("captcha" | "empty" | "refused" | "layout" | "slow_down" | "login") | null;
            /** requests available now */
            left: number;
            /** requests added per minute */
            per_minute: number;
            /** requests in the last 24 hours */
            asked: number;
        };
        NewOverlayToken: {
            /** what it is for, in the user's own words */
            name: string;
            /** the one room it may read; left out or null: all, including later ones */
            live_id?: (string | number) | null;
            /** what its overlay shows: the parameters after the # of an overlay's address */
            settings?: string;
        };
        NewTarget: {
            /**
             * your name for it
             * @default
             */
            name?: string;
            /**
             * the kind of receiver
             * @default json
             * @enum {string}
             */
            preset?: "json" | "template" | "dingtalk" | "feishu" | "wecom" | "telegram" | "discord" | "slack" | "bark" | "serverchan" | "ntfy" | "mail" | "streamerbot" | "sammi" | "onecomme" | "social-stream" | "dycast" | "mqtt";
            /** settings of the preset (see GET /api/v1/targets/presets); secret ones that are left out stay unchanged */
            settings: {
                [key: string]: unknown;
            };
            /** rooms; "*" for all, including later ones */
            live_ids: "*" | (string | number)[];
            /** kinds of events; left out: all, or none if states are given */
            types?: ("chat" | "emoji_chat" | "screen_chat" | "gift" | "light_gift" | "fan_ticket" | "like" | "chat_likes" | "member" | "follow" | "share" | "fansclub" | "room_stats" | "viewers" | "rank" | "control" | "notice" | "intro" | "banner" | "product" | "leaderboard" | "topic" | "page_update" | "pk_started" | "pk_score" | "pk_ended" | "pk_task" | "guest_score" | "seats" | "link_score" | "lucky_box" | "lottery" | "message_deleted" | "raw" | "connection" | "gap" | "gifts_withheld" | "service_down" | "broadcast_started" | "broadcast_ended")[];
            /** room states that are sent as well (report: ended, with the broadcast's report); login_ending, storage, node_lost and site_changed: states of the service */
            states?: ("live" | "ended" | "blocked" | "silent" | "gap" | "gifts_withheld" | "report" | "login_ending" | "storage" | "node_lost" | "site_changed")[];
            /** only messages whose text contains one of these; for kinds with text */
            words?: string[];
            /** only messages whose text matches (RE2 syntax, ignoring case); for kinds with text */
            pattern?: string;
            /** only gifts of this value */
            gift?: {
                min_diamonds: number;
                /**
                 * gift: for a single gift; streak: for a single gift or its combo, once each
                 * @default streak
                 * @enum {string}
                 */
                of?: "gift" | "streak";
            };
            /** only from these: ids, sec_uids, Douyin IDs or nicknames */
            people?: string[];
            /** only from people with one of these roles */
            roles?: ("moderator" | "fan_club")[];
            /** only from people of at least this level */
            min_level?: number;
            /** @default {} */
            pace?: {
                /** interval in minutes over which events are combined; left out: send immediately */
                digest_minutes?: number;
                /** maximum messages per minute; left out: what the receiver allows */
                max_per_minute?: number;
                /** quiet hours: nothing is sent then, but afterwards */
                quiet?: {
                    from: string;
                    to: string;
                    /** such as Asia/Shanghai */
                    zone: string;
                };
                /**
                 * a state change is sent once it has lasted this long
                 * @default 30
                 */
                hold_seconds?: number;
            };
            /** @default {} */
            batch?: {
                /**
                 * maximum events per request
                 * @default 100
                 */
                max_events?: number;
                /**
                 * how long an event waits for others, ms
                 * @default 200
                 */
                max_wait_ms?: number;
            };
            /**
             * a disabled one keeps its place
             * @default true
             */
            enabled?: boolean;
            /**
             * where a room that is new to the target starts
             * @default now
             * @enum {string}
             */
            after?: "now" | "oldest";
        };
        NewestVersion: {
            version: string;
            /** date of the answer */
            date: string;
            /** whether it is newer than this version */
            newer: boolean;
            /** for people: what is new */
            notes: string;
        };
        OfferedProfile: {
            version: number;
            date: string;
            /** whether it was chosen; a file of site_profile comes first */
            applied: boolean;
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
                /** why it isn't running, or why its state is unknown */
                error: components["schemas"]["OfficialProblem"] | null;
                /** start of uninterrupted pushing, ms since the epoch; null when there is none */
                since: number | null;
                /** callbacks that were stored */
                callbacks: number;
                /** time of the last one, ms since the epoch; null when there is none */
                last_callback_at: number | null;
                /** failed deliveries that the platform reported */
                failed_deliveries: number;
                /** deliveries that are not stored yet */
                missing: number;
                /** entries that can't be read */
                unreadable: number;
            }[];
            /** whether these gifts are counted, and those from the web are only evidence */
            counts: boolean;
            /** callbacks that were stored */
            callbacks: number;
            /** entries from callbacks and lookups; duplicates are counted twice and stored once */
            entries: number;
            /** entries recovered by looking up failed deliveries */
            looked_up: number;
            /** entries of the platform's test tool, which are not stored */
            tests: number;
            /** entries that can't be read */
            unreadable: number;
            /** failed deliveries that the platform reported */
            failed_deliveries: number;
            /** time of the last complete lookup of failed deliveries, ms since the epoch; null when there is none */
            looked_up_at: number | null;
            /** why the last lookup did not finish */
            look_up_error: components["schemas"]["OfficialProblem"] | null;
            acknowledged: number;
            /** how far both sources report the same gifts; a figure only, people are not matched */
            match: {
                official_diamonds: number;
                web_diamonds: number;
                /** value of the gifts that both sources have, by time, price and count */
                matched_diamonds: number;
            };
        };
        OfficialProblem: {
            /** the platform's error number; null: no answer */
            err_no: number | null;
            /** in the platform's own words */
            message: string;
        };
        OverlayToken: {
            id: string;
            name: string;
            /** the one room it may read; null: all */
            live_id: string | null;
            /** what its overlay shows: the parameters after the # of an overlay's address */
            settings: string;
            /** the test that its overlay should show; null: none yet */
            test: {
                /** different each time */
                id: string;
                /**
                 * a large gift, a message, or a battle of ten seconds
                 * @enum {string}
                 */
                kind: "gift" | "chat" | "pk";
            } | null;
            /** ms since the epoch */
            created_at: number;
            /** ms since the epoch; now, while a connection is open; null: never. After a restart, accurate to about 10 min */
            last_used_at: number | null;
        };
        /** fields left out stay unchanged */
        OverlayTokenChange: {
            /** what it is for, in the user's own words */
            name?: string;
            /** the one room it may read from now on; null: all */
            live_id?: (string | number) | null;
            /** what its overlay shows: the parameters after the # of an overlay's address */
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
        PushHost: {
            host: string;
            /** how likely an attempt succeeds there now; null without a record */
            success_rate: number | null;
            /** not used for a while after repeated failures */
            open: boolean;
        };
        Quality: {
            score: number;
            parts: {
                /** connected time / live time */
                uptime: number;
                /** 1 - time without the usual messages / connected time */
                silence: number | null;
                /** 1 / (1 + lost connections an hour / 6) */
                reconnects: number;
                /** 1 - time that gaps cover / live time */
                gaps: number;
                /** mean response to heartbeats and pings: 1 up to 200 ms, 0 from 5 s */
                latency: number | null;
                /** value of the gifts received / value of the gifts sent, if the room's totals tell */
                completeness: number | null;
                /** 1 - 50 × share of undecodable messages */
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
                 * why most rooms failed
                 * @enum {string}
                 */
                reason: "network" | "dns" | "tls" | "proxy" | "timeout" | "handshake_refused" | "blocked" | "signature_rejected" | "rate_limited" | "upstream_error" | "unreadable_page" | "bad_frame" | "silence" | "upstream_close" | "broadcast_ended" | "identity" | "foreign_host" | "storage";
                /** the room that tries first */
                canary: string;
                /** rooms that wait for it */
                waiting: number;
            } | null;
            /** what the adaptive strategy knows about Douyin's servers */
            hosts: {
                host: string;
                /** how likely an attempt succeeds there now */
                success_rate: number;
                /** not used for a while after repeated failures */
                open: boolean;
            }[];
        };
        Recording: {
            /** increases with each notice */
            id: number;
            /** @enum {string} */
            event: "opened" | "closed";
            /** as the recorder wrote it, on its own machine */
            path: string;
            /** the number the recorder gave: a live_id or a room_id */
            room: string | null;
            /** the streamer's */
            name: string | null;
            /** by the recorder's clock if it said, otherwise by the service's; ms since the epoch */
            at: number;
        };
        ReportFigures: {
            duration_ms: number;
            peak_viewers: number;
            /** number of different people who were active */
            people: number;
            /** Douyin's messages of all kinds */
            messages: number;
            chats: number;
            /** new followers of the streamer during the broadcast */
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
            /** the worst problem; `gifts`: gifts that were sent are not received; null: none, also for an offline or quiet room */
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
            /** start of the time in which messages can't be stored; null while they can, ms since the epoch; null when there is none */
            unstored_since: number | null;
            /** whether it connects before those that are not pinned when connections are scarce */
            pinned: boolean;
            /**
             * which rooms connect first when connections are scarce
             * @enum {string}
             */
            priority: "pinned" | "readers" | "live" | "idle";
            /** its place in the queue for a connection; null while it isn't waiting */
            queue: {
                /** 1 is next */
                position: number;
                why: string;
            } | null;
            /** failed attempts since the last frame */
            reconnect_count: number;
            /** when the next attempt is due, ms since the epoch; null when there is none */
            next_attempt_at: number | null;
            /** time of the last message, ms since the epoch; null when there is none */
            last_message_at: number | null;
            /** time of the last sign of life of any kind, ms since the epoch; null when there is none */
            last_sign_at: number | null;
            /** time at which the connection opened, ms since the epoch; null when there is none */
            connected_at: number | null;
            /** the broadcast */
            room_id: string | null;
            /**
             * voice: audio only, no video
             * @enum {string}
             */
            kind: "video" | "voice";
            /** lookups of a room that is not connected; null while it needs none */
            watch: {
                /** time of Douyin's last answer about the room, ms since the epoch; null when there is none */
                last_at: number | null;
                /** method of the last lookup */
                last_way: ("enter" | "reflow" | "scene" | "page" | "batch" | "followed") | null;
                /** time of the next lookup, as planned now; null while one is running, ms since the epoch; null when there is none */
                next_at: number | null;
                /** method of the next lookup, as planned now */
                next_way: ("enter" | "reflow" | "scene" | "page" | "batch" | "followed") | null;
            } | null;
            title: string | null;
            anchor: {
                id: string;
                nickname: string;
                avatar: string;
            } | null;
            /** Douyin's server */
            host: string | null;
            /** whether the room is polled, without a live connection */
            polling: boolean;
            /** the cluster node that runs it; null without a cluster */
            node: string | null;
            /** its connections; null for a room with one connection */
            connections: components["schemas"]["RoomConnection"][] | null;
            /** what its connections receive together; null for one connection */
            compared: components["schemas"]["ComparedConnections"] | null;
            /**
             * without a login no gifts are received; expired: the cookie's login has expired, with the same effect
             * @enum {string}
             */
            identity: "anonymous" | "logged_in" | "expired";
            /** the login that it uses; null: its own cookie and proxy */
            identity_name: string | null;
            /** time at which the login expires or expired, ms since the epoch; null when there is none */
            login_expires_at: number | null;
            /** for people: the login has expired, or will soon */
            login_warning: string | null;
            frames: number;
            messages: number;
            decode_errors: number;
            /** messages with more content than any real one; their events list the fields in `bounded` */
            bounded_messages: number;
            duplicates: number;
            /** reconnects by reason */
            reconnects: {
                [key: string]: number;
            };
            /** number of `gap` events in the log, where messages are or may be missing */
            gaps: number;
            /** total Douyin time covered by these gaps */
            gap_ms: number;
            /** the evidence for the health, in words for people */
            evidence: string[];
            /** types of events that stopped arriving while others continue */
            quiet_kinds: string[];
            /** response time of the last heartbeat; null if unanswered */
            heartbeat_ms: number | null;
            /** response time of the last ping */
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
            /** viewers as last reported by Douyin; null before that */
            viewers: number | null;
            /** gifts received in this broadcast, in diamonds */
            diamonds: number;
            /** how many of the broadcast's gifts are received */
            gift_coverage: components["schemas"]["RoomGiftCoverage"];
            /** state of the open platform's push; null: the room has no app */
            official: components["schemas"]["RoomOfficial"] | null;
        };
        RoomChange: {
            /** the user's own Douyin cookie; gifts are received only if it is logged in */
            cookie?: string;
            /** proxy to Douyin */
            proxy?: string;
            /** a saved login that rooms share, instead of cookie and proxy; null: as for rooms without one of their own */
            identity?: string | null;
            /** whether the room connects before those that are not pinned when connections are scarce */
            pinned?: boolean;
            /** whether Douyin's raw data is stored with the events; default false */
            raw?: boolean;
            /** number of parallel connections; default 1 */
            redundancy?: number;
            /** the app that has the room's data pushed by the open platform; null: none */
            official?: {
                app_id: string;
                /** the app's secret, used to obtain access tokens */
                secret: string;
                /** secrets that sign the callbacks of each kind; default the app's secret */
                callback_secrets?: {
                    [key: string]: string;
                };
                /** what is pushed; default only live_gift */
                types?: ("live_comment" | "live_gift" | "live_like" | "live_fansclub")[];
            } | null;
            /** login and proxy of the connections after the first; fields left out are those of the first */
            sessions?: components["schemas"]["FurtherSession"][];
        };
        RoomConnection: {
            /** @enum {string} */
            kind: "socket" | "polling";
            /** @enum {string} */
            state: "idle" | "queued" | "waiting" | "connecting" | "connected";
            /** whether its messages are known to connect to the room's earlier ones, so that it could continue alone */
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
            /** messages that it received */
            messages: number;
            /** messages that the others received and it did not; may include messages still on their way */
            missed: number;
            /** how it compares with the other connections in this broadcast */
            compared: components["schemas"]["ComparedConnection"] | null;
        };
        RoomGiftCoverage: {
            /** value of the gifts received / value of the gifts sent, by the room's own totals; null: not known */
            share: number | null;
            /**
             * whether gifts are received; stopped: only the first ones were, though more were sent
             * @enum {string}
             */
            verdict: "all" | "some" | "stopped" | "none" | "unknown";
            /** value of the gifts received, in the time that could be judged */
            diamonds_seen: number;
            /** value of the gifts not received; null: not known */
            diamonds_missing: number | null;
            /** the part of diamonds_missing that was lost while the connection was down */
            diamonds_lost: number | null;
            /** basis: the room's running total, scores of people, or the open platform's deliveries; null: none */
            source: ("room_total" | "contributor" | "rank" | "official") | null;
            /** what one diamond adds to it */
            unit: number | null;
            /** whether it was learned from received gifts; otherwise the usual value is assumed */
            unit_learned: boolean;
            /** start of the time that could be judged, ms since the epoch */
            from: number | null;
            /** end of it, ms since the epoch */
            to: number | null;
            /** worth of all gifts of the broadcast that are known to be missing, also from before its login changed or the open platform pushed; 0: none is known */
            missing_in_all: number;
            /** the parts of the broadcast before its login changed, if they could be judged, oldest first */
            earlier: components["schemas"]["EarlierGiftCoverage"][];
            /** what was not received before the login changed; null: nothing is known to be missing */
            before: string | null;
            /** whether all gifts are received */
            summary: string;
            /** why not */
            why: string | null;
            /** what can be done, in this order */
            advice: string[];
            /** the evidence */
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
                    /** the platform's error number; null: no answer */
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
            /** the user's own Douyin cookie; gifts are received only if it is logged in */
            cookie?: string;
            /** proxy to Douyin */
            proxy?: string;
            /** a saved login that rooms share, instead of cookie and proxy */
            identity?: string;
            /** whether the room connects before those that are not pinned when connections are scarce */
            pinned?: boolean;
            /** whether Douyin's raw data is stored with the events; default false */
            raw?: boolean;
            /** number of parallel connections; default 1 */
            redundancy?: number;
            /** the app that has the room's data pushed by the open platform; null: none */
            official?: {
                app_id: string;
                /** the app's secret, used to obtain access tokens */
                secret: string;
                /** secrets that sign the callbacks of each kind; default the app's secret */
                callback_secrets?: {
                    [key: string]: string;
                };
                /** what is pushed; default only live_gift */
                types?: ("live_comment" | "live_gift" | "live_like" | "live_fansclub")[];
            } | null;
            /** login and proxy of the connections after the first; fields left out are those of the first */
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
            /** the room's newest event: all up to it are counted */
            last_seq: number;
        };
        SeriesPoint: {
            /** start of the span, ms since the epoch */
            at: number;
            /** Douyin's messages by type */
            messages: {
                [key: string]: number;
            };
            /** viewers as last reported in the span; null if not reported */
            viewers: number | null;
            peak_viewers: number | null;
            /** as counted by the messages of the span */
            likes: number;
            diamonds: number;
        };
        ServiceConfig: {
            /** @constant */
            success: true;
            /** the configuration file that was read; null if there was none */
            file: string | null;
            /** how livekeeper is started where the service runs */
            launch: {
                /** the words before a command's name in a terminal */
                command: string;
                /** command that shows simulated rooms; null if the service can't know it, as in a container */
                demo: string | null;
            };
            options: components["schemas"]["ConfigOption"][];
        };
        SetRoomOptions: {
            /** the saved login it uses; null: none */
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
            /** in lines, up to 4,000 characters */
            text: string;
            /** URL of the picture next to it */
            picture: string | null;
        };
        SiteDrift: {
            /**
             * method: an unknown kind of message; field: an unknown field of a known kind, counted in one of 16 messages; message, frame: unreadable; page: an answer without its marks; empty: an answer without content
             * @enum {string}
             */
            kind: "method" | "field" | "message" | "frame" | "page" | "empty";
            /** the kind of message, with #number for a field; or the method of lookup or the call */
            name: string;
            /** where it was last observed: direct, or the proxy's host and port */
            exit: string;
            /** observations since then */
            count: number;
            /** first observation, ms since the epoch */
            since: number;
            /** last observation, ms since the epoch */
            last_at: number;
            /** whether it was observed within the last day */
            current: boolean;
            /** first seen on the first day of this data folder, so it is not news */
            learned: boolean;
            /** the sample's file, in the folder drift of the data folder */
            sample: string | null;
        };
        SiteProfile: {
            /**
             * origin of what is in force
             * @enum {string}
             */
            source: "built_in" | "file" | "update";
            /** the configured file; null if none is */
            file: string | null;
            /** time since which it is in force, ms since the epoch */
            since: number;
            /** for people: why the file as it is now is not used, with its lines; what was in force before stays */
            problem: string | null;
            /** version of this profile */
            version: number;
            /** date of its facts */
            date: string;
            /** methods in their order; one that is missing is not used */
            ways: ("enter" | "reflow" | "scene" | "page" | "batch" | "followed")[];
        };
        Sound: {
            /** made of the content: the same file has the same id; an overlay's `sound_of` */
            id: string;
            /** what it is called, in the user's own words */
            name: string;
            /** media type, by its content */
            type: string;
            /** size of the file */
            bytes: number;
            /** ms since the epoch */
            added_at: number;
        };
        Target: {
            id: string;
            name: string;
            /** @enum {string} */
            preset: "json" | "template" | "dingtalk" | "feishu" | "wecom" | "telegram" | "discord" | "slack" | "bark" | "serverchan" | "ntfy" | "mail" | "streamerbot" | "sammi" | "onecomme" | "social-stream" | "dycast" | "mqtt";
            /** without the secret ones; null: encrypted with another key, enter all of them again */
            settings: {
                [key: string]: unknown;
            } | null;
            /** the host it sends to */
            host: string | null;
            live_ids: "*" | string[];
            /** null: every kind */
            types: ("chat" | "emoji_chat" | "screen_chat" | "gift" | "light_gift" | "fan_ticket" | "like" | "chat_likes" | "member" | "follow" | "share" | "fansclub" | "room_stats" | "viewers" | "rank" | "control" | "notice" | "intro" | "banner" | "product" | "leaderboard" | "topic" | "page_update" | "pk_started" | "pk_score" | "pk_ended" | "pk_task" | "guest_score" | "seats" | "link_score" | "lucky_box" | "lottery" | "message_deleted" | "raw" | "connection" | "gap" | "gifts_withheld" | "service_down" | "broadcast_started" | "broadcast_ended")[] | null;
            states: ("live" | "ended" | "blocked" | "silent" | "gap" | "gifts_withheld" | "report" | "login_ending" | "storage" | "node_lost" | "site_changed")[];
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
            /** time of a paused target's next attempt, ms since the epoch; null when there is none */
            paused_until: number | null;
            dead_letters: number;
            /** undelivered batches that were dropped for newer ones */
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
            /** a tool on this machine: target_allow_loopback allows its address */
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
                /** as the app shows it to people; null: it is for a program */
                shows: components["schemas"]["ShownMessage"] | null;
            }[];
            /** sample notices of each state of the service, and the report of the newest broadcast */
            samples: {
                live_id: string;
                at: number;
                events: number;
                /** body of the request, frame or publication; up to 4,000 characters */
                content: string;
                /** as the app shows it to people; null: it is for a program */
                shows: components["schemas"]["ShownMessage"] | null;
            }[];
            /** what would be sent later unless it is undone by then: a state change that must last, a digest */
            waiting: {
                live_id: string;
                at: number;
                events: number;
                /** body of the request, frame or publication; up to 4,000 characters */
                content: string;
                /** as the app shows it to people; null: it is for a program */
                shows: components["schemas"]["ShownMessage"] | null;
                /** ms since the epoch */
                due_at: number;
            }[];
            /** number of deliveries there would have been */
            deliveries: number;
            /** incomplete: only the first 20 rooms and the first 500 deliveries were considered */
            partial: boolean;
        };
        TargetRoom: {
            live_id: string;
            /** @enum {string} */
            state: "idle" | "waiting" | "ready" | "running" | "closed" | "stopped";
            /** everything up to this seq is done */
            position: number;
            /** the newest seq of the room's log */
            last_seq: number;
            /** events between the two, wanted or not */
            lag: number;
            /** failed attempts of the current batch */
            attempts: number;
            /** when the next attempt is due, ms since the epoch; null when there is none */
            next_attempt_at: number | null;
            /** time of the last accepted delivery, ms since the epoch; null when there is none */
            last_success_at: number | null;
            /** of the newest failed attempt; cleared by the next success */
            last_error: components["schemas"]["DeliveryError"] | null;
        };
        TargetTest: {
            /** the receiver answered 2xx */
            accepted: boolean;
            /** the receiver's answer; null if there was none */
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
                /** from its own habit; null: no habit found */
                usual_start: components["schemas"]["UsualStart"] | null;
                /** broadcasts that ran at or after `from`, in full, oldest first */
                broadcasts: components["schemas"]["Broadcast"][];
            }[];
            /** of these broadcasts, most valuable first */
            best_gifts: {
                gift_id: string;
                name: string;
                /** URL of the picture, or "" */
                image: string;
                /** value of a single one */
                diamond_count: number;
                count: number;
                diamonds: number;
            }[];
            /** of these broadcasts, most generous first */
            best_givers: {
                id: string;
                sec_uid: string;
                nickname: string;
                /** Douyin hides the name: this may be several people */
                masked: boolean;
                diamonds: number;
            }[];
        };
        Update: {
            /** this version */
            version: string;
            /** whether an update service is configured, which is asked once a day */
            asks: boolean;
            /** time of the last request, ms since the epoch; null before the first */
            checked_at: number | null;
            /** for people: why the last answer is not used */
            problem: string | null;
            /** what the update service has named as the newest version */
            newest: components["schemas"]["NewestVersion"] | null;
            /** a site profile that is newer than the built-in one; null if none is offered */
            profile: components["schemas"]["OfferedProfile"] | null;
        };
        Upstream: {
            /** time of this state, by the service's clock, ms since the epoch */
            at: number;
            /** rooms that this node runs, including connected ones */
            rooms: number;
            /** the number of them that Douyin has answered about */
            known: number;
            /** time until all are looked up, as planned now; 0 if they are */
            known_in_ms: number;
            /** Douyin's page of a room that is not connected, where the slider can be passed */
            page: string;
            /** what is known of Douyin: servers, versions, queries, limits */
            profile: components["schemas"]["SiteProfile"];
            /** the functions that sign requests */
            signer: {
                /**
                 * origin of what is in force
                 * @enum {string}
                 */
                source: "built_in" | "file" | "update";
                /** the configured file; null if none is */
                file: string | null;
                /** time since which it is in force, ms since the epoch */
                since: number;
                /** for people: why the file as it is now is not used, with its lines; what was in force before stays */
                problem: string | null;
            };
            /** Douyin's servers for messages: those of the profile in its order, then others with a record */
            hosts: components["schemas"]["PushHost"][];
            /** what Douyin sends that this version does not know */
            drift: components["schemas"]["SiteDrift"][];
            /** for people: what Douyin seems to have changed, and since when */
            changed: string[];
            /** addresses that Douyin sees: this machine's own, and the proxies */
            exits: components["schemas"]["LookupExit"][];
        };
        UsualStart: {
            /** most likely time of the next broadcast, ms since the epoch */
            at: number;
            /** how often it repeats: a day or a week */
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
export type BroadcastWords = components['schemas']['BroadcastWords'];
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
export type DiagnosisBundle = components['schemas']['DiagnosisBundle'];
export type DoctorEnd = components['schemas']['DoctorEnd'];
export type DoctorStep = components['schemas']['DoctorStep'];
export type EarlierGiftCoverage = components['schemas']['EarlierGiftCoverage'];
export type Error = components['schemas']['Error'];
export type FoundCookie = components['schemas']['FoundCookie'];
export type FoundRoom = components['schemas']['FoundRoom'];
export type FurtherSession = components['schemas']['FurtherSession'];
export type GiftCoverage = components['schemas']['GiftCoverage'];
export type Highlight = components['schemas']['Highlight'];
export type Highlights = components['schemas']['Highlights'];
export type Identity = components['schemas']['Identity'];
export type IdentityChange = components['schemas']['IdentityChange'];
export type KindCount = components['schemas']['KindCount'];
export type KnownGift = components['schemas']['KnownGift'];
export type LookupExit = components['schemas']['LookupExit'];
export type LookupWay = components['schemas']['LookupWay'];
export type NewOverlayToken = components['schemas']['NewOverlayToken'];
export type NewTarget = components['schemas']['NewTarget'];
export type NewestVersion = components['schemas']['NewestVersion'];
export type OfferedProfile = components['schemas']['OfferedProfile'];
export type OfficialBroadcast = components['schemas']['OfficialBroadcast'];
export type OfficialProblem = components['schemas']['OfficialProblem'];
export type OverlayToken = components['schemas']['OverlayToken'];
export type OverlayTokenChange = components['schemas']['OverlayTokenChange'];
export type ProbeStep = components['schemas']['ProbeStep'];
export type PushHost = components['schemas']['PushHost'];
export type Quality = components['schemas']['Quality'];
export type QualityPoint = components['schemas']['QualityPoint'];
export type RawField = components['schemas']['RawField'];
export type ReconnectStatus = components['schemas']['ReconnectStatus'];
export type Recording = components['schemas']['Recording'];
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
export type SiteDrift = components['schemas']['SiteDrift'];
export type SiteProfile = components['schemas']['SiteProfile'];
export type Sound = components['schemas']['Sound'];
export type Target = components['schemas']['Target'];
export type TargetAttempt = components['schemas']['TargetAttempt'];
export type TargetPreset = components['schemas']['TargetPreset'];
export type TargetPreview = components['schemas']['TargetPreview'];
export type TargetRoom = components['schemas']['TargetRoom'];
export type TargetTest = components['schemas']['TargetTest'];
export type Today = components['schemas']['Today'];
export type Update = components['schemas']['Update'];
export type Upstream = components['schemas']['Upstream'];
export type UsualStart = components['schemas']['UsualStart'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
