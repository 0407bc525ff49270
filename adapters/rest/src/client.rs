use chrono::{DateTime, Utc};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use schakel_api::contract::{Fault, FaultCode};
use schakel_api::value::Moment;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use url::Url;

/// A connection to one system. It never follows a redirect: a BSN goes to the address in the settings only.
#[derive(Clone)]
pub(crate) struct Client {
    system: String,
    base: Url,
    token: Option<SecretString>,
    http: reqwest::Client,
}

/// An answer that says yes.
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    /// What the other side's clock said.
    pub(crate) date: Option<Moment>,
}

/// The largest answer that is read: 64 MiB.
const LARGEST: usize = 64 << 20;

impl Client {
    pub(crate) fn new(system: String, base: Url, token: Option<SecretString>, timeout: Duration) -> Option<Self> {
        let http = reqwest::Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout.min(Duration::from_secs(10)))
            .redirect(Policy::none())
            .no_proxy()
            .user_agent("schakel")
            .build()
            .ok()?;
        Some(Self { system, base, token, http })
    }

    /// A request to a path behind the base address.
    pub(crate) fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Fault> {
        let address = format!("{}/{}", self.base.as_str().trim_end_matches('/'), path.trim_start_matches('/'));
        let url = Url::parse(&address).map_err(|_| self.broken())?;
        let request = self.http.request(method, url);
        Ok(match &self.token {
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        })
    }

    /// Sends a request and reads the whole answer. `writes` says whether it may take effect without an answer.
    pub(crate) async fn send(&self, request: RequestBuilder, writes: bool) -> Result<Answer, Fault> {
        let lost = |code| match writes {
            true => self.unknown(code),
            false => self.unavailable(code, None),
        };
        let answer = request.send().await.map_err(|error| {
            if error.is_connect() {
                self.unavailable(FaultCode::NoConnection, None)
            } else if error.is_timeout() {
                lost(FaultCode::TimedOut)
            } else if error.is_builder() {
                self.broken()
            } else {
                lost(FaultCode::ConnectionLost)
            }
        })?;
        self.judge(answer.status(), answer.headers(), writes)?;
        let date = date(answer.headers());
        let body = self.body(answer).await.map_err(lost)?;
        Ok(Answer { body, date })
    }

    async fn body(&self, mut answer: Response) -> Result<Vec<u8>, FaultCode> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|_| FaultCode::ConnectionLost)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(FaultCode::UnexpectedAnswer);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// What a status means. A server error on a write may have taken effect.
    fn judge(&self, status: StatusCode, headers: &HeaderMap, writes: bool) -> Result<(), Fault> {
        let system = self.system.clone();
        match status.as_u16() {
            200..=299 => Ok(()),
            401 => Err(Fault::Denied { system, code: FaultCode::NotAuthenticated }),
            403 => Err(Fault::Denied { system, code: FaultCode::NotAuthorised }),
            408 | 429 | 503 => Err(self.unavailable(FaultCode::Busy, retry_after(headers))),
            400..=499 if writes => Err(Fault::Refused { system, code: FaultCode::NotAccepted }),
            500..=599 if writes => Err(self.unknown(FaultCode::ServerError)),
            500..=599 => Err(self.unavailable(FaultCode::ServerError, None)),
            _ => Err(Fault::Broken { system, code: FaultCode::UnexpectedAnswer }),
        }
    }

    pub(crate) fn unavailable(&self, code: FaultCode, retry_after: Option<Duration>) -> Fault {
        Fault::Unavailable { system: self.system.clone(), code, retry_after }
    }

    fn unknown(&self, code: FaultCode) -> Fault {
        Fault::Unknown { system: self.system.clone(), code }
    }

    pub(crate) fn broken(&self) -> Fault {
        Fault::Broken { system: self.system.clone(), code: FaultCode::UnexpectedAnswer }
    }
}

/// The moment in the header `Date` (RFC 9110, 6.6.1).
fn date(headers: &HeaderMap) -> Option<Moment> {
    let text = headers.get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text).ok().map(|date| date.with_timezone(&Utc))
}

/// How long the other side asks us to wait; only the form in seconds is read (RFC 9110, 10.2.3), an hour at most.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u64>().ok()?;
    Some(Duration::from_secs(seconds.min(3600)))
}

#[cfg(test)]
mod tests;
