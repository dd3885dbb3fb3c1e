#pragma once
// Public keys that nobody has the private ones of, as SubjectPublicKeyInfo in base64: made by openssl
// genpkey.

namespace cmagent::contract::shapes {

inline constexpr char kRsa1024[] =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDBwvMaOSQ15jqCnNvlJ2h0RbDV/3G/NNGsBGOThBa24zHQBLC4"
    "YWjQcnlpXXQaEDViT1Z/WuFkPapHlo7Xzo6CWYjGfzBPZ3Zu+mGzZY7Lmi8MjjXmGOqvFal/0jdGMBWhzRGAGo1l"
    "F+qT/WEvogmZ4ipt6SrAXDehUyJUg3JXjwIDAQAB";
inline constexpr char kRsa2048[] =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqGDwXt73Qa1H1xJvgs4J20ynFB3R0E9VFC4ptyDy6roX"
    "no/TSEaRUvtLC1s0bMqGyp5jtvyhcdI4e053m3N0nGWdHotYFboE2D2fPHpVGhRw6Vx4x534FMRm5ybDxZqB3Ql4"
    "WEi/KK18aWV2s/DChTQX2FbTTQO8bGko6ClP2PQ4GDNQNDPkYxg6k+yuEw4Cstk7xBn9J6i71DsLYdrpn2nxm0kf"
    "uqbxYJ1ObK570I78y5Csm6x17bA0KbbyoTlGtGNeUYEZCzwf1oXTtYMXBTugHe05uxvcJFRgtsuFJdHwC92rS1E5"
    "ZQkiZ1IysINyZWUf5EV6HSzcdbD6y8cwTwIDAQAB";
inline constexpr char kRsaExponent3[] =
    "MIIBIDANBgkqhkiG9w0BAQEFAAOCAQ0AMIIBCAKCAQEAv2svGaVq9wBEeZ/oaSTbSNi9UnE6O6Os1SkvWOh9u5um"
    "BvcPmFUEntUTYoXHJGN7/duKALZgHSUKEGNwPuOKW/29IJpndHRuMWfJLWUHg8qDyHz/gd4YsMYzWEXzEYF6B1n2"
    "ULKbLNB7RJ/Y1LNujtxOyg0ezGXTfXmHuZmgrbv+8ywhRF1l+lEXhvubNNOPOt809Nf5LabRSsHGyt/dlUnf7jW2"
    "0dseZXRe+cNpysFstZkN9P5mHOJ6OjCwYbsrX14M7Lx9XEaIgySQ2EOcW8R2KrN4I32Uithi17ParZVvoRpeme+A"
    "TFg+bLX/pQsmQpcrgVcZ+27MxVMqk2P8MwIBAw==";
inline constexpr char kP224[] =
    "ME4wEAYHKoZIzj0CAQYFK4EEACEDOgAES5TsAU6/158Y4UFnBJo5eNkUJlRknKJrJTNTTkN8c9w2+Dd9r6IGL2R6"
    "EV7KT6tn+7OACC6SoAk=";
inline constexpr char kP384[] =
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEfnIs5seSvuv8RpqoV68/mnA8ozpYb0/YzNOGfUStSKsY9PwMtbXVGJnd"
    "KCMzbWulSo+X35EoiqCG5GswJ9W1b4ikoo3TtegYsRjHp8GjZtIc9w0DrS9yNCnNoB596CPT";
inline constexpr char kP521[] =
    "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQAsbTxVtVxorx99JgVvnb6G9BsKq/kMZG+suNSOOWx5MftxOfVElVY"
    "wJTLtDWKJuZ8hhvXk7Ze/FZU9yWi3QLwhs8AMFRTW/PgM5BksZWohoP81gcJdOwkh8vEcYMfNsf0prEw0a6uv8Eg"
    "/U+VQQunBaxbEhBaCsvjDukigP/pojwqpt8=";
inline constexpr char kSecp256k1[] =
    "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEM4NV+ph5WE7+Au76lD8X1cJDeYQJ6DgZNtONjn6/G+U0qjXZorzraVoM"
    "EQa9vekO0BGiBxHsFOe6Dt9Qnh4zFA==";
inline constexpr char kEd25519[] = "MCowBQYDK2VwAyEA3NhojtDfgUFZFSceRv6ECn0wd1yu5LLUQvYwlv8lpQo=";

}  // namespace cmagent::contract::shapes
