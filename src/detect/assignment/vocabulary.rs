//! What words mean: the vocabulary by which names of keys are told from others.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A set of words.
pub(super) type Words = LazyLock<HashSet<&'static str>>;

/// The set of the words in a text.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $text:literal;)*) => {
        $($(#[$doc])* pub(super) static $name: Words = LazyLock::new(|| $text.split_whitespace().collect());)*
    };
}

words! {
    /// What Datadog's things are called.
    OWNERS: "
        datadog datadoghq dd ddog ddtrace dogapi dogrc dogshell dogstatsd
    ";

    /// What a key is called, after the word for what it is to.
    KEYS: "
        credential credentials key keys secret secrets token tokens
    ";

    /// Words that say nothing of whose a key is: stages, places, parts of programs.
    NEUTRAL: "
        1 2 3 a acceptance account additional admin agent all alt ap1 ap2 api apm app application arg
        args attr auth b backend backup browser build ci class client cluster com component components conf
        config configs configuration connection connector const containers context core credential
        credentials credentialsfile creds custom data default defaults demo deploy dest dev development dict
        destination dr e east else enabled endpoint endpoints eng env environment environments eu eu1 expo export exporter
        exporters extensions external extra feature features field first for frontend function functions
        global group header headers host hosts hq http https i infra init initializers input inputs instance
        int intake integration integrations interface internal inventory job jobs key keys kms lambda let
        live local locals log logger logging logs lookup main map master metadata metric metrics module
        monitoring monitors mut my new next nextjs node non north nuxt observability of old operations ops opt
        option options opts org our output outputs override param parameter parameters params plain
        plaintext platform play plugin plugins pre preprod primary private prod production profiler prop
        properties props provider providers pub public qa raw react read readonly real region resource
        resources root rum sandbox script second secondary secret secure secrets self send server service services
        set setting settings shared sink sinks site source south spec stage stages staging static stats steps stg string
        stringdata struct svc synthetics system target task tasks team telemetry terraform test testing tests text
        tf the then this token tokens tool trace tracer traces tracing type uat url us us1 us3 us5 user val
        value values var variable variables vars vault vite vue web west with worker workers write www x xyz your
    ";

    /// Words of a hash: what bears one is no secret.
    HASHES: "
        blake2 blob checksum checksums commit crc digest etag fingerprint fingerprints git gitsha hash
        hashed hashes hexdigest hmac integrity md5 md5sum oid parent ref rev revision sha sha1 sha1sum sha2
        sha256 sha512 shasum signature sum tree treeish
    ";

    /// Words of an identifier, and of what is told about a key instead of the key.
    IDENTIFIERS: "
        alias arn cache container correlation count created dashboard ddsource digestid file filename
        foreign guid handle hint id idempotency identifier ids index label last last4 len length monitor
        name names nonce owner partition path pattern pod prefix primarykey regex request salt session size
        sort span spanid ssm suffix traceid traceparent type uid uuid version
    ";

    /// Words before the word for a key that make it a key of another kind: one that packages are signed with, one of a table.
    ADJECTIVES: "
        apt cache deb encryption fingerprint foreign gpg host idempotency import issue license partition pgp primary public row rpm
        rsa session signing sort ssh ssl tls yum
    ";

    /// Words of something that only the right key opens.
    ENCRYPTED: "
        cipher ciphertext decrypt enc encrypt encrypted encryption eyaml gpg masked obfuscated pgp pkcs7
        redacted sealed signing sops vaulted wrapped
    ";

    /// Functions that take a key without its being set: what they are given is anything.
    VERBS: "
        assert check contains count decrypt delete describe digest equal exists expect fetch find get has
        hash is list load lookup mask match matches obfuscate parse redact remove revoke rotate sanitize
        scrub show test validate verify
    ";

    /// Words between a name and its value.
    TRANSPARENT: "
        are arg as asplaintext b b64enc base64encode bearer byte bytes char code const content convertto
        cstring current currently currentvalue currentvalueis data default default_value defaultvalue e em
        encode envvalue f fallback field final force from here initial input int into is it literal n new
        nonsensitive now nsstring of option optional or output parameter parametervalue plain plaintext
        pointer pre ptr public quote r readonly regsz s secretstr secretstring secretvalue securestring see self
        sensitive sensitivestring set some span static str string stringdata stringptr stringvalue strip
        strong t td text text_value to tobytes tostring trimspace tt u unsafe unsafeplaintext val value
        values var varchar was
    ";

    /// Other products whose keys have the same shape, or that are often configured beside Datadog.
    VENDORS: "
        airbrake airship alchemy algolia alphavantage amplitude appcenter appdynamics appsflyer appveyor
        artifactory asana auth0 bitly bitrise blockfrost braze browserstack bugsnag bunny circle circleci
        cloudflare cloudinary clubhouse cockroach codeclimate codecov coinbase coinmarketcap contentful
        coveralls crashlytics crowdstrike cryptocompare currencylayer customerio deepl digitalocean discord
        dropbox dynatrace etherscan facebook fanart fastly fauna filestack fixer flickr flurry fullstory
        giphy gravatar hasura hockey hockeyapp honeybadger honeycomb hubspot imgix infura instagram instana
        intercom ipinfo ipstack iterable jfrog kissmetrics klaviyo kochava lastfm launchdarkly leanplum
        librato lightstep linkedin logdna logentries loggly logzio mailchimp mailgun mailjet mandrill mapbox
        marketo maxmind messagebird mixpanel moralis nessus newrelic nexmo okta omdb onesignal openai
        opencage opensea openweather openweathermap opsgenie optimizely pagerduty papertrail paypal pendo
        pingdom pingidentity planetscale plivo posthog postmark prisma prismic pubnub pusher pushwoosh
        qualys quandl quay rapid7 raygun rollbar salesforce sanity scalyr sendgrid sentinel sentry shodan
        shopify signalfx snyk sonar sonarcloud sonarqube sparkpost splunk spotify stackdriver statuspage
        storyblok stripe sumologic supabase teamcity telegram tenable thetvdb tinypng tmdb toggl transloadit
        travis trello tvdb twilio twitch twitter unsplash uploadcare uptimerobot urbanairship victorops
        virustotal vonage wavefront weather weatherapi weatherbit weibo wordpress workos youtube zapier
        zendesk zipkin
    ";

    /// Platforms, languages and products whose names are words or stand in texts that are about Datadog; they count in names only.
    PLATFORMS: "
        adjust atlas aws azure bamboo branch buildkite captcha checkly clerk cognitive confluence django
        elastic erlang firebase flask gcp github gitlab google grafana heroku jira jwt kafka mongodb mux
        mysql neon netlify nexus npm postgres rabbitmq rails recaptcha redis segment sift slack square
        vercel
    ";

    /// Words by which a person says that a key is none.
    PRETENDED: "
        dummy example fake mock mocked placeholder sample stub bogus invalid
    ";
}
