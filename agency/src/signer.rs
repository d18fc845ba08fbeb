//! The signature service as the agency uses it: ask for a signature, look how it went, fetch the signed document.
//! It must never learn how a person proves who they are. Data: a PDF and a token that the person gave for this act in;
//! an address for the person's browser, a state, a signed PDF out.

use openidconnect::http::{Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::oidc::error::OidcError;
use crate::oidc::jose::Es256;
use crate::oidc::resource::Sender;
use crate::secret::{NoRandomness, base64url, fresh, sha256};

/// A signing request is for now; longer lives are refused by the service.
const REQUEST_LIFE_SECONDS: i64 = 300;

/// Why the signature service gave nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignerError {
    /// No answer, or no proof could be made.
    #[error("the signature service cannot be asked")]
    Conversation(#[from] OidcError),
    /// It said no (RFC 9457); `case` is what its own people can look up.
    #[error("the signature service refused with {status}: {title} (case {case})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The problem's title.
        title: String,
        /// Its case number.
        case: String,
    },
    /// It answered something else than it promises.
    #[error("the signature service's answer is not understood: {0}")]
    Incompatible(String),
}

impl From<NoRandomness> for SignerError {
    fn from(error: NoRandomness) -> SignerError {
        SignerError::Conversation(error.into())
    }
}

/// The signature service and the key under the agency's requests.
pub(crate) struct Signer {
    pub(crate) base_url: Url,
    pub(crate) client_id: String,
    pub(crate) key: Es256,
    pub(crate) return_uri: Url,
}

/// What is to be signed, and what for.
pub(crate) struct Order<'a> {
    pub(crate) document: &'a [u8],
    pub(crate) title: &'a str,
    pub(crate) purpose: &'a str,
    /// The same order sent again has the same key, and is not done twice.
    pub(crate) idempotency_key: &'a str,
}

/// An accepted order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Accepted {
    pub(crate) id: String,
    pub(crate) sign_url: Url,
}

/// How far a request has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The person has not decided.
    Waiting,
    /// The person has signed; the file is being finished.
    Finishing,
    /// The signed document can be fetched.
    Delivered {
        /// For the person's own records.
        receipt: Option<String>,
    },
    /// The person said no.
    Refused,
    /// Nobody came in time.
    Expired,
}

#[derive(Deserialize)]
struct State {
    state: String,
    receipt: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    title: String,
    case: Option<String>,
}

impl Signer {
    /// The address as it is named in tokens and requests: without a slash at the end.
    pub(crate) fn audience(&self) -> &str {
        self.base_url.as_str().trim_end_matches('/')
    }

    /// Asks for a signature with the token that the person gave for this act.
    pub(crate) async fn order(
        &self,
        sender: &Sender<'_>,
        access_token: &str,
        order: &Order<'_>,
    ) -> Result<Accepted, SignerError> {
        let boundary = fresh()?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.address("v1/requests"))
            .header("content-type", format!("multipart/form-data; boundary={boundary}"))
            .header("accept", "application/json")
            .header("idempotency-key", order.idempotency_key)
            .body(multipart(&boundary, &self.signed_request(order, sender.clock.seconds())?, order.document))
            .map_err(|error| SignerError::Incompatible(error.to_string()))?;
        let response = sender.send(request, access_token).await?;
        match response.status() {
            StatusCode::CREATED => self.accepted(read(response.body())?),
            _ => Err(refusal(&response)),
        }
    }

    /// The person is sent to the signature service itself and nowhere else, and the id becomes part of addresses.
    fn accepted(&self, accepted: Accepted) -> Result<Accepted, SignerError> {
        if accepted.sign_url.origin() != self.base_url.origin() {
            return Err(SignerError::Incompatible("sign_url is not the service's".to_owned()));
        }
        if !is_identifier(&accepted.id) {
            return Err(SignerError::Incompatible("the id is not one".to_owned()));
        }
        Ok(accepted)
    }

    /// Looks how far a request has come, with a token of the agency itself.
    pub(crate) async fn progress(
        &self,
        sender: &Sender<'_>,
        machine_token: &str,
        id: &str,
    ) -> Result<Progress, SignerError> {
        let response = sender.send(self.get(id, "")?, machine_token).await?;
        match response.status() {
            StatusCode::OK => Ok(progress(read(response.body())?)),
            _ => Err(refusal(&response)),
        }
    }

    /// Fetches the signed document.
    pub(crate) async fn document(
        &self,
        sender: &Sender<'_>,
        machine_token: &str,
        id: &str,
    ) -> Result<Vec<u8>, SignerError> {
        let response = sender.send(self.get(id, "/document")?, machine_token).await?;
        match response.status() {
            StatusCode::OK => Ok(response.into_body()),
            _ => Err(refusal(&response)),
        }
    }

    /// The request itself: a JWS, so that what is asked, of whom and for which document cannot be changed on the way.
    fn signed_request(&self, order: &Order<'_>, now: i64) -> Result<String, NoRandomness> {
        let claims = json!({
            "iss": self.client_id,
            "aud": self.audience(),
            "iat": now,
            "exp": now.saturating_add(REQUEST_LIFE_SECONDS),
            "jti": fresh()?,
            "document_sha256": base64url(&sha256(order.document)),
            "title": order.title,
            "purpose": order.purpose,
            "level": "lt",
            "return_uri": self.return_uri.as_str(),
        });
        Ok(self.key.sign(json!({ "typ": "chancery-request+jwt", "kid": self.key.thumbprint() }), &claims))
    }

    fn get(&self, id: &str, what: &str) -> Result<Request<Vec<u8>>, SignerError> {
        Request::builder()
            .uri(self.address(&format!("v1/requests/{id}{what}")))
            .body(Vec::new())
            .map_err(|error| SignerError::Incompatible(error.to_string()))
    }

    fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.audience())
    }
}

/// 1 to 100 characters that mean nothing in an address.
pub(crate) fn is_identifier(id: &str) -> bool {
    (1..=100).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// RFC 7578. The boundary is random, so the document cannot contain it.
fn multipart(boundary: &str, request: &str, document: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"request\"\r\ncontent-type: application/jwt\r\n\r\n\
         {request}\r\n\
         --{boundary}\r\ncontent-disposition: form-data; name=\"document\"; filename=\"statement.pdf\"\r\n\
         content-type: application/pdf\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(document);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}

fn read<T: for<'a> Deserialize<'a>>(body: &[u8]) -> Result<T, SignerError> {
    serde_json::from_slice(body).map_err(|error| SignerError::Incompatible(error.to_string()))
}

fn progress(state: State) -> Progress {
    match state.state.to_ascii_lowercase().as_str() {
        "delivered" => Progress::Delivered { receipt: state.receipt },
        "refused" => Progress::Refused,
        "expired" => Progress::Expired,
        "requested" => Progress::Waiting,
        _ => Progress::Finishing,
    }
}

fn refusal(response: &Response<Vec<u8>>) -> SignerError {
    let status = response.status().as_u16();
    match serde_json::from_slice::<Problem>(response.body()) {
        Ok(problem) => SignerError::Refused {
            status,
            title: problem.title,
            case: problem.case.unwrap_or_else(|| "none given".to_owned()),
        },
        Err(_) => SignerError::Refused {
            status,
            title: "no reason given".to_owned(),
            case: "none given".to_owned(),
        },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::oidc::jose::tests::{open, rfc7515_key};

    fn signer() -> Signer {
        Signer {
            base_url: Url::parse("http://localhost:8401").unwrap(),
            client_id: "open-assembly".to_owned(),
            key: rfc7515_key(),
            return_uri: Url::parse("http://127.0.0.1:8403/signed").unwrap(),
        }
    }

    #[test]
    fn a_signing_request_names_the_exact_document_and_lives_five_minutes() {
        let order = Order { document: b"abc", title: "Statement", purpose: "Support", idempotency_key: "k" };
        let (header, claims) = open(&rfc7515_key(), &signer().signed_request(&order, 1000).unwrap());
        assert_eq!(header["typ"], "chancery-request+jwt");
        assert_eq!(claims["iss"], "open-assembly");
        assert_eq!(claims["aud"], "http://localhost:8401");
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(1000), &json!(1300)));
        assert_eq!(claims["document_sha256"], "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert_eq!(claims["level"], "lt");
        assert_eq!(claims["return_uri"], "http://127.0.0.1:8403/signed");
    }

    #[test]
    fn a_person_is_sent_to_the_signature_service_and_nowhere_else() {
        let accepted = |id: &str, sign_url: &str| {
            signer().accepted(Accepted { id: id.to_owned(), sign_url: Url::parse(sign_url).unwrap() }).is_ok()
        };
        assert!(accepted("a-1_B", "http://localhost:8401/sign/a-1_B"));
        assert!(!accepted("a-1_B", "http://localhost:8402/sign/a-1_B"));
        assert!(!accepted("../a", "http://localhost:8401/sign/a-1_B"));
        assert!(!accepted("", "http://localhost:8401/sign/a-1_B"));
    }

    #[test]
    fn rfc7578_the_document_travels_untouched() {
        let body = multipart("edge", "a.b.c", b"%PDF\r\n\x00\xff");
        let expected = b"--edge\r\ncontent-disposition: form-data; name=\"request\"\r\ncontent-type: application/jwt\
            \r\n\r\na.b.c\r\n--edge\r\ncontent-disposition: form-data; name=\"document\"; filename=\"statement.pdf\"\
            \r\ncontent-type: application/pdf\r\n\r\n%PDF\r\n\x00\xff\r\n--edge--\r\n";
        assert_eq!(body, expected);
    }

    #[test]
    fn only_delivered_means_that_there_is_something_to_fetch() {
        let state = |text: &str| progress(read(text.as_bytes()).unwrap());
        assert_eq!(
            state(r#"{"id":"1","state":"delivered","receipt":"R26-AAAA-BBBB"}"#),
            Progress::Delivered { receipt: Some("R26-AAAA-BBBB".to_owned()) }
        );
        assert_eq!(state(r#"{"id":"1","state":"refused","reason":"person"}"#), Progress::Refused);
        assert_eq!(state(r#"{"id":"1","state":"expired"}"#), Progress::Expired);
        assert_eq!(state(r#"{"id":"1","state":"requested"}"#), Progress::Waiting);
        for finishing in ["approved", "certified", "signed", "stamped"] {
            assert_eq!(state(&format!(r#"{{"id":"1","state":"{finishing}"}}"#)), Progress::Finishing);
        }
    }

    #[test]
    fn rfc9457_a_refusal_keeps_its_case_number() {
        let response = |body: &str| Response::builder().status(409).body(body.as_bytes().to_vec()).unwrap();
        let told = refusal(&response(r#"{"type":"x","title":"Key seen","status":409,"case":"7QK2"}"#));
        assert_eq!(told.to_string(), "the signature service refused with 409: Key seen (case 7QK2)");
        let silent = refusal(&response("<html>"));
        assert_eq!(
            silent.to_string(),
            "the signature service refused with 409: no reason given (case none given)"
        );
    }
}
