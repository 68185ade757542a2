/** The API's bodies, as far as the widget reads them. `openapi.json` describes them in full. */

export interface Source {
  title: string;
  organisation: string | null;
  year: number | null;
  url: string | null;
}

export interface Choice {
  title: string;
  text: string;
}

export interface Message {
  id: string;
  seq: number;
  author: "visitor" | "bot" | "staff";
  kind: string | null;
  text: string;
  html: string;
  created_at: string;
  client_message_id: string | null;
  sources: Source[];
  buttons: Choice[];
  footer: string | null;
  footer_html: string | null;
  draft: boolean;
  staff_name: string | null;
}

export interface State {
  state: "bot" | "staff" | "locked";
  staff_name: string | null;
}

export interface MessageResult extends State {
  message: Message;
  replies: Message[];
}

export interface MessageList extends State {
  messages: Message[];
  has_more: boolean;
}

export interface Created {
  id: string;
  token: string;
  notice: Message;
}

export interface WidgetInfo {
  clinic: string;
  notice_html: string;
  suggestions: Choice[];
  max_message_chars: number;
  draft: boolean;
}

/** A message that was written here and is not known to have arrived. */
export interface Waiting {
  client_message_id: string;
  text: string;
}

export interface Contact {
  method: string;
  value: string;
  best_time?: string;
}

/** Replies that carry the words for a person in danger. */
export const isUrgent = (message: Message): boolean =>
  message.kind === "crisis" || message.kind === "emergency";
