// PHP: a namespace belongs to the package of its vendor, where that is the only one that is required of it or the rest of
// the namespace begins with its name.
//: exact providedBy
//- composer.json
{
  "name": "me/mine", "autoload": {"psr-4": {"Me\\": "src/"}},
  "require": {
    "php": ">=8", "ext-json": "*", "aws/aws-sdk-php": "^3", "async-aws/s3": "^1", "async-aws/simple-s3": "^1",
    "guzzlehttp/psr7": "*", "guzzlehttp/promises": "*", "google/cloud-storage": "*", "symfony/console": "*"
  },
  "require-dev": {"phpseclib/phpseclib": "^3"}
}
//- src/Store.php
<?php
namespace Me;
use Aws\S3\S3Client;
//  ^ providedBy composer/aws/aws-sdk-php
use AsyncAws\S3\Input;
//  ^ providedBy composer/async-aws/s3
use AsyncAws\Core\Result;
//  ^ !providedBy *
use GuzzleHttp\Psr7\Uri;
//  ^ providedBy composer/guzzlehttp/psr7
use GuzzleHttp\Client;
//  ^ !providedBy *
use Google\Cloud\Storage\Bucket;
//  ^ providedBy composer/google/cloud-storage
use Symfony\Component\Console\Application;
//  ^ providedBy composer/symfony/console
use phpseclib3\Net\SFTP;
//  ^ providedBy composer/phpseclib/phpseclib
use Nobody\Thing;
//  ^ !providedBy *
use RuntimeException;
//  ^ !providedBy *
class Store {}
